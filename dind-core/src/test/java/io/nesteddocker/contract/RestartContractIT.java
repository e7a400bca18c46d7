package io.nesteddocker.contract;

import static io.nesteddocker.testing.InnerContainers.output;
import static io.nesteddocker.testing.InnerContainers.startSleeper;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.RestartPolicy;
import io.nesteddocker.ConnectionMode;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerException;
import io.nesteddocker.testing.DockerCommand;
import io.nesteddocker.testing.Eventually;
import io.nesteddocker.testing.InnerContainers;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import io.nesteddocker.testing.Sockets;
import io.nesteddocker.testing.TinyImage;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests what a restart, a reload and a pause change and what they keep. {@code ./dev test --matrix} runs this class with every inner engine
 * on every outer engine.
 */
@ExtendWith(LeakCheck.class)
@Timeout(180)
class RestartContractIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static NestedDocker docker;
    private static DockerClient inner;

    @BeforeAll
    static void startWithDefaults() {
        docker = NestedDocker.builder().start();
        inner = docker.client();
        TinyImage.into(docker);
    }

    @AfterAll
    static void close() {
        if (docker != null) {
            docker.close();
        }
    }

    @Test
    void restartKeepsImages() {
        docker.restart();
        assertThat(inner.inspectImageCmd(TinyImage.NAME).exec().getRepoTags()).contains(TinyImage.NAME);
    }

    @Test
    void restartKeepsTheClient() {
        docker.restart();
        assertThat(docker.client()).isSameAs(inner);
        assertThat(output(inner, "echo", "after the restart")).isEqualTo("after the restart");
    }

    @Test
    void restartKeepsTheDaemonContainer() {
        InspectContainerResponse before =
                OuterTestEngine.inspect(docker.daemonContainerId()).orElseThrow();
        docker.restart();
        assertThat(OuterTestEngine.inspect(docker.daemonContainerId())
                        .orElseThrow()
                        .getState()
                        .getStartedAt())
                .isEqualTo(before.getState().getStartedAt());
    }

    @Test
    void restartBringsContainersWithARestartPolicyBack() {
        String container = startSleeper(
                inner,
                request -> request.withHostConfig(
                        HostConfig.newHostConfig().withRestartPolicy(RestartPolicy.alwaysRestart())));
        docker.restart();
        assertThat(Eventually.holds(PATIENCE, () -> isRunning(container))).isTrue();
        inner.removeContainerCmd(container).withForce(true).exec();
    }

    @Test
    void restartStopsContainersWithoutARestartPolicy() {
        String container = startSleeper(inner, request -> request);
        docker.restart();
        assertThat(isRunning(container)).isFalse();
    }

    @Test
    void theAddressOfAServiceIsFoundAgainAfterARestart() {
        OuterTestEngine.assumePublishedPortsAreReachable();
        String container = startServiceThatIsRestarted(docker);
        try {
            InetSocketAddress before = docker.addressOf(container, 7);
            docker.restart();
            assertThat(answerOf(docker, container)).isEqualTo(container.substring(0, 12));
            boolean wasRoute = !before.getAddress().isLoopbackAddress();
            assertThat(docker.addressOf(container, 7).equals(before))
                    .as("a route ends, a listener stays")
                    .isEqualTo(!wasRoute);
        } finally {
            inner.removeContainerCmd(container).withForce(true).exec();
        }
    }

    @Test
    void aListenerOfThisProgramOutlivesARestart() {
        try (NestedDocker other =
                NestedDocker.builder().connection(ConnectionMode.TUNNEL).start()) {
            TinyImage.into(other);
            String container = startServiceThatIsRestarted(other);
            InetSocketAddress before = other.addressOf(container, 7);
            other.restart();
            assertThat(answerOf(other, container)).isEqualTo(container.substring(0, 12));
            assertThat(other.addressOf(container, 7)).isEqualTo(before);
        }
    }

    private static String startServiceThatIsRestarted(NestedDocker where) {
        return InnerContainers.start(
                where.client(),
                request -> request.withHostConfig(
                        HostConfig.newHostConfig().withRestartPolicy(RestartPolicy.alwaysRestart())),
                "nc",
                "-ll",
                "-p",
                "7",
                "-e",
                "hostname");
    }

    /** Returns what the service answers once it runs again. */
    private static String answerOf(NestedDocker where, String container) {
        return Eventually.value(
                PATIENCE,
                () -> {
                    try {
                        return Sockets.read(where.addressOf(container, 7)).strip();
                    } catch (IOException | NestedDockerException e) {
                        return "";
                    }
                },
                answer -> !answer.isEmpty());
    }

    /** To make dockerd wait, the start script puts a pipe in place of this file. */
    @Test
    void aConfigurationFileIsReadOnSighupAndByTheNextDockerd(@TempDir Path folder) throws IOException {
        Path debug = Files.writeString(folder.resolve("debug.json"), "{\"debug\": true}");
        Path quiet = Files.writeString(folder.resolve("quiet.json"), "{\"debug\": false}");
        try (NestedDocker other = NestedDocker.builder().start()) {
            other.copyIn(debug, "/etc/docker/daemon.json");
            other.exec("sh", "-c", "kill -HUP $(cat /var/run/docker.pid)");
            assertThat(Eventually.holds(PATIENCE, () -> debugs(other)))
                    .as("a signal to dockerd itself")
                    .isTrue();

            other.exec("rm", "/etc/docker/daemon.json");
            reload(other);
            assertThat(Eventually.holds(PATIENCE, () -> reloads(other) == 2))
                    .as("a signal to the start script, without a file")
                    .isTrue();

            other.copyIn(quiet, "/etc/docker/daemon.json");
            reload(other);
            assertThat(Eventually.holds(PATIENCE, () -> !debugs(other)))
                    .as("a signal to the start script, with a file")
                    .isTrue();

            other.copyIn(debug, "/etc/docker/daemon.json");
            other.restart();
            assertThat(debugs(other)).isTrue();
        }
    }

    @Test
    void pauseStopsAnswersOfTheDaemon() {
        docker.pause();
        try {
            assertThat(docker.diagnostics().containerState()).isEqualTo("paused");
        } finally {
            docker.unpause();
        }
    }

    @Test
    void anUnpausedDaemonGoesOn() {
        docker.pause();
        docker.unpause();
        assertThat(output(inner, "echo", "awake again")).isEqualTo("awake again");
    }

    @Test
    void restartUnpausesAPausedDaemon() {
        docker.pause();
        docker.restart();
        assertThat(docker.diagnostics().containerState()).startsWith("running");
        assertThat(output(inner, "echo", "awake again")).isEqualTo("awake again");
    }

    @Test
    void aTlsPortSurvivesARestart() {
        OuterTestEngine.assumePublishedPortsAreReachable();
        try (NestedDocker tls = NestedDocker.builder().port(0).start()) {
            tls.restart();
            assertThat(DockerCommand.run(tls.endpoint(), "info", "--format", "{{.ID}}"))
                    .isEqualTo(tls.client().infoCmd().exec().getId());
        }
    }

    private static boolean isRunning(String container) {
        try {
            return Boolean.TRUE.equals(
                    inner.inspectContainerCmd(container).exec().getState().getRunning());
        } catch (NotFoundException e) {
            return false;
        }
    }

    private static long reloads(NestedDocker daemon) {
        return daemon.logs().stream()
                .filter(line -> line.contains("Reloaded configuration"))
                .count();
    }

    private static boolean debugs(NestedDocker daemon) {
        return Boolean.TRUE.equals(daemon.client().infoCmd().exec().getDebug());
    }

    private static void reload(NestedDocker daemon) {
        OuterTestEngine.client()
                .killContainerCmd(daemon.daemonContainerId())
                .withSignal("HUP")
                .exec();
    }
}
