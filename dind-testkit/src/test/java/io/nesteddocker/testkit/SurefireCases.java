package io.nesteddocker.testkit;

import io.nesteddocker.NestedDocker;
import org.junit.jupiter.api.Test;

/** Tests that fail; {@link SurefireIT} runs them. */
class SurefireCases {

    @Test
    @WithNestedDocker
    void fails(NestedDocker docker) {
        throw new AssertionError("on purpose");
    }

    @EngineMatrix("26.1")
    void failsInARow(NestedDocker docker) {
        throw new AssertionError("in a row on purpose");
    }

    @Test
    void declaresNothing(NestedDocker docker) {}
}
