package io.nesteddocker.testkit.internal;

/** A daemon that a test may ask for. */
interface DeclaredDaemon {

    /** What parameters call it; empty where they need not. */
    String name();

    /** Whose extension gives it to parameters: {@link AnnotatedDaemons}, or a field's. */
    Object owner();

    /** The daemon itself. */
    Daemon daemon();

    /** Where it was declared, in words for errors. */
    String place();
}
