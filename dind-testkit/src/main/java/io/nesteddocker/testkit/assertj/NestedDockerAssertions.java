package io.nesteddocker.testkit.assertj;

import io.nesteddocker.NestedDocker;

/** The entry point to assertions about daemons; import its method statically, beside AssertJ's own. */
public final class NestedDockerAssertions {

    private NestedDockerAssertions() {}

    /**
     * Begins to assert what is in a daemon.
     *
     * @param actual a running daemon
     * @return assertions, each of which asks the daemon when it is made
     */
    public static NestedDockerAssert assertThat(NestedDocker actual) {
        return new NestedDockerAssert(actual);
    }
}
