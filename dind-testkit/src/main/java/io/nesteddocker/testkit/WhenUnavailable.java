package io.nesteddocker.testkit;

/** The outcome of a test whose daemon can't be started. */
public enum WhenUnavailable {
    /** The test fails, so that a test that did not run is not mistaken for a test that passed. */
    FAIL,

    /** The test is skipped, and the report gives the message of the failed start as the reason. */
    SKIP
}
