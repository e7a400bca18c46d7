package io.nesteddocker.testkit;

/** What the tests that use one declared daemon see of each other. */
public enum Isolation {
    /** {@link #RESET} where the daemon is shared by the whole launch, {@link #NONE} otherwise. */
    AUTO,

    /** Every test has a daemon that nobody has used before. */
    FRESH,

    /** Every test has a daemon to itself, used by others before and brought back to how it was after its start. */
    RESET,

    /** All tests use one daemon and see what the others left. */
    NONE
}
