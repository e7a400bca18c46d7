package io.nesteddocker.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.nesteddocker.testing.ChildJvm;
import io.nesteddocker.testing.LeakCheck;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests the condition that runs tests only if a daemon can be started. */
@ExtendWith(LeakCheck.class)
class NestableIT {

    @Test
    void whereADaemonCanBeStartedTheTestsRun() {
        Launches.passed(Launches.of(NestableCases.class)).testEvents().assertStatistics(tests -> tests.succeeded(2));
    }

    @Test
    void whereNoneCanTheTestsAreSkippedWithTheReason() {
        try (ChildJvm jvm = ChildJvm.start(
                Map.of("DOCKER_HOST", "unix:///nowhere.sock"), LineRunner.class, NestableCases.class.getName())) {
            jvm.awaitEnd();

            assertThat(jvm.await("SUCCEEDED")).isEqualTo("0");
            assertThat(jvm.output()).contains("NestableCases: no nested daemon is available", "unix:///nowhere.sock");
        }
    }

    @EnabledIfNestable
    static class NestableCases {

        @Test
        void runs() {}

        @Test
        @EnabledIfNestable
        void runsToo() {}
    }
}
