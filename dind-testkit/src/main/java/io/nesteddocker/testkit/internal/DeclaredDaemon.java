package io.nesteddocker.testkit.internal;

/** A daemon that a test may ask for. */
interface DeclaredDaemon {

    /** What parameters call it; empty where they need not. */
    String name();

    /** Whose extension gives it to parameters: {@link AnnotatedDaemons}, or a field's. */
    Object owner();

    /** The daemon itself, where {@link #isForTestsOnly()} does not say that there is none here. */
    Daemon daemon();

    /** Whether each test has its own, and this is not the place of a test. */
    default boolean isForTestsOnly() {
        return false;
    }

    /** Whether Testcontainers shall use it. */
    default boolean isForTestcontainers() {
        return false;
    }

    /** Where it was declared, in words for errors. */
    String place();
}
