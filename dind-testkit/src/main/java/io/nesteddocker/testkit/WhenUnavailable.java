package io.nesteddocker.testkit;

/** What becomes of a test whose daemon can't be had. */
public enum WhenUnavailable {
    /** The test fails, so that nobody takes a test that did not run for one that passed. */
    FAIL,

    /** The test is skipped, and the reason in the report is what the failed start said. */
    SKIP
}
