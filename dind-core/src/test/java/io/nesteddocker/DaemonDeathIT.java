package io.nesteddocker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nesteddocker.testing.ErrorSentence;
import io.nesteddocker.testing.Eventually;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a user reads whose inner engine was killed while it was in use. */
@Timeout(120)
@ExtendWith(LeakCheck.class)
class DaemonDeathIT {

    private static NestedDocker dead;

    @BeforeAll
    static void startAndKill() {
        dead = NestedDocker.builder().start();
        dead.exec("sh", "-c", "kill -KILL $(cat /var/run/docker.pid)");
        assertThat(Eventually.holds(Duration.ofSeconds(20), () -> !OuterTestEngine.hasContainer(dead.name())))
                .as("the daemon container goes when its daemon is gone")
                .isTrue();
    }

    @AfterAll
    static void close() {
        dead.close();
    }

    @Test
    void whatNeedsTheDaemonSaysHowItEnded() {
        ErrorSentence.of(catchThrowableOfType(NestedDockerException.class, () -> dead.exec("true")))
                .tried("run true in the daemon container")
                .on(dead.name())
                .because("the daemon container has ended: dockerd was ended by signal 9 after it was up")
                .cure("start another");
    }

    @Test
    void askingForTheEngineSaysHowItEnded() {
        ErrorSentence.of(catchThrowableOfType(NestedDockerException.class, dead::engine))
                .tried("send GET")
                .on("the inner engine")
                .because("dockerd was ended by signal 9")
                .cure("Start another");
    }

    @Test
    void restartSaysHowItEnded() {
        ErrorSentence.of(catchThrowableOfType(NestedDockerException.class, dead::restart))
                .tried("restart the inner engine")
                .on(dead.name())
                .because("dockerd was ended by signal 9")
                .cure("start another");
    }

    @Test
    void pauseSaysHowItEnded() {
        ErrorSentence.of(catchThrowableOfType(NestedDockerException.class, dead::pause))
                .tried("pause")
                .on(dead.name())
                .because("dockerd was ended by signal 9")
                .cure("start another");
    }

    @Test
    void theDiagnosticsSayThatTheContainerIsGone() {
        assertThat(dead.diagnostics().containerState()).isEqualTo("ended and removed");
    }

    @Test
    void theDiagnosticsSayWhatToTry() {
        assertThat(dead.diagnostics().advice()).isNotEmpty();
    }

    @Test
    void theInnerClientSaysHowItEnded() {
        ErrorSentence.of(catchThrowableOfType(
                        RuntimeException.class, () -> dead.client().pingCmd().exec()))
                .tried("send GET")
                .on("the inner engine")
                .because("dockerd was ended by signal 9")
                .cure("Start another");
    }

    @Test
    void theLogStaysReadable() {
        assertThat(dead.logs()).anyMatch(line -> line.startsWith("dind-init: failed: dockerd was ended by signal 9"));
    }

    @Test
    void closingADeadDaemonIsNoError() {
        NestedDocker docker = NestedDocker.builder().start();
        docker.exec("sh", "-c", "kill -KILL $(cat /var/run/docker.pid)");
        docker.close();
        assertThat(OuterTestEngine.hasContainer(docker.name())).isFalse();
    }
}
