package io.nesteddocker.testkit.internal;

/** A daemon that a test can use. */
interface DeclaredDaemon {

    /** Returns the name by which parameters select the daemon, or an empty string if they need no name. */
    String name();

    /** Returns the owner of the daemon, whose extension resolves parameters: {@link AnnotatedDaemons}, or a {@link FieldDaemon}. */
    Object owner();

    /** Returns the daemon itself. If {@link #isForTestsOnly()} returns true, there is none, and this must not be called. */
    Daemon daemon();

    /** Returns whether each test has a daemon to itself, and the current context is not a test. */
    default boolean isForTestsOnly() {
        return false;
    }

    /** Returns whether Testcontainers uses the daemon. */
    default boolean isForTestcontainers() {
        return false;
    }

    /** Returns a description of the place where the daemon is declared, for error messages. */
    String place();
}
