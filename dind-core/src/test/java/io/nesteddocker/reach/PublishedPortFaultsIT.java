package io.nesteddocker.reach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.Ports;
import io.nesteddocker.Endpoint.PortMapping;
import io.nesteddocker.Endpoint.PublishedPort;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.testing.DockerCommand;
import io.nesteddocker.testing.ErrorSentence;
import io.nesteddocker.testing.Eventually;
import io.nesteddocker.testing.FreePort;
import io.nesteddocker.testing.InnerContainers;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import io.nesteddocker.testing.TinyImage;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Published ports if a listener throws or the daemon container ends. */
@Timeout(120)
@ExtendWith(LeakCheck.class)
class PublishedPortFaultsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Test
    void aListenerThatThrowsHasNoOtherEffect() {
        try (NestedDocker docker = publishing(port -> {
            throw new AssertionError("from the listener");
        })) {
            serve(docker, FreePort.tcp());
            serve(docker, FreePort.tcp());
            DockerCommand.run(docker.endpoint(), "run", "-d", "-p", "7", TinyImage.NAME, "sleep", "1000");
            Eventually.await(
                    PATIENCE,
                    "all three ports are published",
                    () -> docker.publishedPorts().size() == 3);
        }
    }

    @Test
    void aDaemonThatEndsReleasesItsNumbers() {
        try (NestedDocker docker = publishing(port -> {})) {
            int number = FreePort.tcp();
            serve(docker, number);
            assertThat(FreePort.isFree(number)).isFalse();
            OuterTestEngine.client()
                    .killContainerCmd(docker.daemonContainerId())
                    .exec();
            Eventually.await(PATIENCE, "the number is free", () -> FreePort.isFree(number));
        }
    }

    @Test
    void aDaemonThatEndsIsNotAskedForEventsAnyMore() {
        assumeThat(Runtime.version().feature())
                .as("JDKs from 21 on do not list virtual threads")
                .isLessThan(21);
        try (NestedDocker docker = publishing(port -> {})) {
            assertThat(watches(docker)).isTrue();
            OuterTestEngine.client()
                    .killContainerCmd(docker.daemonContainerId())
                    .exec();
            Eventually.await(PATIENCE, "nothing reads the engine's events", () -> !watches(docker));
        }
    }

    @Test
    void withoutPublishPortsTheErrorNamesTheOption() {
        try (NestedDocker docker = NestedDocker.builder().start()) {
            assertThatThrownBy(docker::publishedPorts).isInstanceOf(IllegalStateException.class);
            Throwable refused = catchThrowable(() -> docker.publishedPort("web", 80));
            assertThat(refused).isInstanceOf(IllegalStateException.class);
            ErrorSentence.of(refused)
                    .tried("find published ports")
                    .on(docker.name())
                    .because("its builder had no publishPorts()")
                    .cure("use addressOf(..)");
        }
    }

    private static NestedDocker publishing(Consumer<PublishedPort> listener) {
        return NestedDocker.builder()
                .images(TinyImage.NAME)
                .publishPorts(PortMapping.SAME, listener)
                .start();
    }

    private static void serve(NestedDocker docker, int number) {
        InnerContainers.start(
                docker.client(),
                request -> request.withExposedPorts(ExposedPort.tcp(7))
                        .withHostConfig(PublishedPortsIT.published(ExposedPort.tcp(7), Ports.Binding.bindPort(number))),
                "sleep",
                "1000");
    }

    private static boolean watches(NestedDocker docker) {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals("nested-docker-watch " + docker.name()));
    }
}
