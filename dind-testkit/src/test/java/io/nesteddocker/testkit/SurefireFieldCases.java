package io.nesteddocker.testkit;

import io.nesteddocker.NestedDocker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A test that fails with a daemon in a field; {@link SurefireIT} runs it. */
class SurefireFieldCases {

    @RegisterExtension
    static final NestedDockerExtension DAEMON = NestedDockerExtension.of(NestedDocker.builder());

    @Test
    void fails() {
        throw new AssertionError("in a field on purpose");
    }
}
