package io.nesteddocker.testkit;

/** How tests that use the same declared daemon are isolated from each other. */
public enum Isolation {
    /** {@link #RESET} if the daemon is {@linkplain WithNestedDocker#shared() shared}, otherwise {@link #NONE}. */
    AUTO,

    /** Each test has a daemon that was never used before. */
    FRESH,

    /** Each test has a daemon to itself. If another test has used that daemon before, the daemon was reset to its state after the start. */
    RESET,

    /** All tests use the same daemon, and each test finds what earlier tests left in it. */
    NONE
}
