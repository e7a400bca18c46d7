package io.nesteddocker.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.nesteddocker.EngineInfo;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerSpec;
import io.nesteddocker.testing.ErrorSentence;
import java.net.URI;
import org.junit.jupiter.api.Test;

/** Tests the number of a pool's daemons that fit on an outer engine. */
class EngineLimitsTest {

    private static final NestedDockerSpec UNLIMITED = NestedDocker.builder().spec();
    private static final NestedDockerSpec ONE_GIGABYTE =
            NestedDocker.builder().memory("1g").spec();

    @Test
    void byDefaultTheMachineOfTheEngineDecides() {
        assertThat(EngineLimits.automatic().capacity(UNLIMITED, machine(64, 3))).isEqualTo(6);
        assertThat(EngineLimits.automatic().capacity(UNLIMITED, machine(8, 64))).isEqualTo(4);
        assertThat(EngineLimits.automatic().capacity(ONE_GIGABYTE, machine(32, 64)))
                .isEqualTo(8);
    }

    @Test
    void theDefaultIsBetweenTwoAndSixteen() {
        assertThat(EngineLimits.automatic().capacity(UNLIMITED, machine(0, 0))).isEqualTo(2);
        assertThat(EngineLimits.automatic().capacity(UNLIMITED, machine(1000, 100)))
                .isEqualTo(16);
    }

    @Test
    void aNumberOfDaemonsIsTakenAsItIs() {
        assertThat(EngineLimits.automatic().maxDaemons(40).capacity(UNLIMITED, machine(8, 2)))
                .isEqualTo(40);
    }

    @Test
    void memoryIsDividedByWhatADaemonCountsWith() {
        EngineLimits limits = EngineLimits.automatic().memory("5g");

        assertThat(limits.capacity(ONE_GIGABYTE, machine(8, 2))).isEqualTo(5);
        assertThat(limits.capacity(UNLIMITED, machine(8, 2))).isEqualTo(10);
        assertThat(limits.maxDaemons(3).capacity(UNLIMITED, machine(8, 2))).isEqualTo(3);
    }

    @Test
    void memoryForLessThanOneDaemonIsRefused() {
        NestedDockerPoolBuilder builder = NestedDockerPool.builder(ONE_GIGABYTE);
        EngineLimits tooLittle = EngineLimits.automatic().memory("512m");

        ErrorSentence.of(catchThrowable(() -> builder.outer(URI.create("tcp://one:2376"), tooLittle)))
                .tried("give a pool 512 MiB of memory")
                .on("tcp://one:2376")
                .because("each daemon counts as 1024 MiB")
                .cure("give more");
    }

    @Test
    void aNumberBelowOneIsRefused() {
        ErrorSentence.of(catchThrowable(() -> EngineLimits.automatic().maxDaemons(0)))
                .tried("limit a pool to 0 daemons on an outer engine")
                .because("needs at least one")
                .cure("give 1 or more");
    }

    private static EngineInfo.Outer machine(long gigabytes, int processors) {
        return new EngineInfo.Outer("an engine", "29.0.0", processors, gigabytes << 30, 0);
    }
}
