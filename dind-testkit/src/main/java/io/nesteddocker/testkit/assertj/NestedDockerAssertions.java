package io.nesteddocker.testkit.assertj;

import io.nesteddocker.NestedDocker;

/** The entry point for assertions about daemons; import its method statically, beside the methods of AssertJ. */
public final class NestedDockerAssertions {

    private NestedDockerAssertions() {}

    /**
     * Creates assertions about a daemon.
     *
     * @param actual a running daemon
     * @return assertions, each of which asks the daemon when it is called
     */
    public static NestedDockerAssert assertThat(NestedDocker actual) {
        return new NestedDockerAssert(actual);
    }
}
