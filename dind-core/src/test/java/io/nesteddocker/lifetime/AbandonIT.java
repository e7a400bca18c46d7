package io.nesteddocker.lifetime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.github.dockerjava.api.DockerClient;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.testing.ErrorSentence;
import io.nesteddocker.testing.Eventually;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests daemons that a program abandons without waiting for the outer engine. */
@Timeout(120)
@ExtendWith(LeakCheck.class)
class AbandonIT {

    private static final String REASON = "the machine is gone";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final NestedDocker docker = NestedDocker.builder().start();
    private final List<String> volumes = OuterTestEngine.volumesOf(docker.daemonContainerId());

    /** Waits here, because the end takes some seconds, longer than a leak check waits. */
    @AfterEach
    void theOuterEngineEndsADaemonThatWasAbandoned() {
        Eventually.await(
                PATIENCE,
                "the container and its volumes are gone",
                () -> !OuterTestEngine.hasContainer(docker.daemonContainerId())
                        && volumes.stream().noneMatch(OuterTestEngine::hasVolume));
    }

    @Test
    void whoUsesItAfterwardsHearsTheReason() throws Exception {
        DockerClient inner = docker.client();

        docker.abandon(REASON);

        ErrorSentence.of(catchThrowable(() -> inner.pingCmd().exec()))
                .tried("send GET")
                .on("the inner engine")
                .because("it was given up: " + REASON)
                .cure("Start another");
        ErrorSentence.of(catchThrowable(docker::client))
                .tried("use the client")
                .on(docker.name())
                .because("it was given up: " + REASON)
                .cure("start another");
        assertThat(docker.onExit().get(30, TimeUnit.SECONDS)).isEqualTo(REASON);
        assertThat(docker.isRunning()).isFalse();
    }

    @Test
    void closingItAfterwardsDoesNothing() {
        docker.abandon(REASON);
        docker.abandon(REASON);

        assertThatCode(docker::close).doesNotThrowAnyException();
    }
}
