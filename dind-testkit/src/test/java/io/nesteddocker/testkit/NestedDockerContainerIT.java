package io.nesteddocker.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nesteddocker.testing.InnerContainers;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import io.nesteddocker.testing.TinyImage;
import io.nesteddocker.testkit.testcontainers.NestedDockerContainer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.testcontainers.containers.Network;
import org.testcontainers.images.builder.Transferable;

/** Tests a daemon as a container of Testcontainers. */
@ExtendWith(LeakCheck.class)
class NestedDockerContainerIT {

    @Test
    void itIsAContainerWithADaemonInItAndNoOpenPort() throws Exception {
        List<String> log = new CopyOnWriteArrayList<>();
        try (Network network = Network.newNetwork();
                WebContainer neighbour =
                        new WebContainer("web").withNetwork(network).withNetworkAliases("web");
                NestedDockerContainer container = new NestedDockerContainer()
                        .withNetwork(network)
                        .withNetworkAliases("docker")
                        .withEnv("SAID", "so")
                        .withLabel("made", "here")
                        .withDocker(builder -> builder.images(TinyImage.NAME))
                        .withLogConsumer(frame -> log.add(frame.getUtf8String()))
                        .dependsOn(neighbour)) {
            container.start();
            container.start();

            assertThat(InnerContainers.output(container.innerClient(), "echo", "inside"))
                    .isEqualTo("inside");
            assertThat(container.endpoint()).isEqualTo(container.docker().endpoint());
            assertThat(container.isRunning()).isTrue();
            assertThat(container.getContainerInfo().getConfig().getLabels())
                    .containsEntry("made", "here")
                    .containsEntry("org.testcontainers", "true");
            assertThat(container
                            .execInContainer("sh", "-c", "echo $SAID")
                            .getStdout()
                            .strip())
                    .isEqualTo("so");
            container.copyFileToContainer(Transferable.of("copied"), "/copied");
            assertThat(container.execInContainer("cat", "/copied").getStdout()).isEqualTo("copied");
            assertThat(container.getLogs()).isNotEmpty();
            assertThat(log).isNotEmpty();
            assertThat(
                            neighbour.sees(
                                    "sh",
                                    "-c",
                                    "for p in 2375 2376; do nc -w 1 docker $p </dev/null && echo open; done; ping -c 1 -w 2 docker >/dev/null && echo there"))
                    .isEqualTo("there");

            String id = container.getContainerId();
            container.stop();

            assertThat(OuterTestEngine.hasContainer(id)).isFalse();
            assertThat(container.getContainerId()).isNull();
            assertThat(container.isRunning()).isFalse();
        }
    }

    @Test
    void whatADaemonCantHaveIsRefused() {
        assertThatThrownBy(
                        () -> new NestedDockerContainer().withExposedPorts(2375).start())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("exposed ports")
                .hasMessageContaining("use endpoint()");
        assertThatThrownBy(
                        () -> new NestedDockerContainer().withCommand("dockerd").start())
                .hasMessageContaining("daemonArgs");
        assertThatThrownBy(() -> new NestedDockerContainer().withReuse(true).start())
                .hasMessageContaining("withReuse");
        assertThatThrownBy(() -> new NestedDockerContainer().docker()).hasMessageContaining("call start() first");
    }
}
