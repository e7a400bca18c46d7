package io.nesteddocker.internal.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.nesteddocker.internal.outer.HelperPlan;
import io.nesteddocker.internal.outer.OuterContainers;
import io.nesteddocker.testing.StandardError;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests the end of helpers that an engine refuses to remove, as no engine does on request. */
class HelperTest {

    private static final HelperPlan PLAN =
            new HelperPlan("", "image", List.of("/bin/sh"), Map.of(), Map.of(), HelperPlan.Access.RECEIVE);

    private final OuterContainers containers = mock(OuterContainers.class);

    @BeforeEach
    void nothingCanBeRemoved() {
        when(containers.create(any(HelperPlan.class))).thenReturn("helper-id");
        doThrow(new IllegalStateException("the engine is busy"))
                .when(containers)
                .remove("helper-id");
    }

    @Test
    void aHelperThatWasNotStartedAndIsLeftIsWarnedOf() {
        Helper helper = Helper.create(containers, PLAN);

        assertThat(StandardError.of(helper::close))
                .contains("WARN")
                .contains("helper container helper-id could not be removed")
                .contains("`docker rm -fv helper-id`")
                .contains("the engine is busy");
    }

    @Test
    void aHelperThatWasStartedIsNotWarnedOfBecauseItEndsWithItsInput() throws InterruptedException {
        Helper helper = Helper.start(containers, PLAN, InputStream.nullInputStream(), (id, stdin) -> () -> {});

        assertThat(StandardError.of(helper::close)).doesNotContain("helper-id could not be removed");
    }
}
