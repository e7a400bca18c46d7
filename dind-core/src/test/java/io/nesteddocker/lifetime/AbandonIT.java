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
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Daemons that a program gives up without waiting for the outer engine. */
@Timeout(120)
@ExtendWith(LeakCheck.class)
class AbandonIT {

    private static final String REASON = "the machine is gone";

    @Test
    void theOuterEngineEndsADaemonThatWasAbandoned() {
        NestedDocker docker = NestedDocker.builder().start();
        String container = docker.daemonContainerId();

        docker.abandon(REASON);

        Eventually.await(
                Duration.ofSeconds(30), "the container is gone", () -> !OuterTestEngine.hasContainer(container));
    }

    @Test
    void whoUsesItAfterwardsHearsTheReason() throws Exception {
        NestedDocker docker = NestedDocker.builder().start();
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
        NestedDocker docker = NestedDocker.builder().start();
        docker.abandon(REASON);
        docker.abandon(REASON);

        assertThatCode(docker::close).doesNotThrowAnyException();
    }
}
