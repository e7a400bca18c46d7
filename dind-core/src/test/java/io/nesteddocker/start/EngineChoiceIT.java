package io.nesteddocker.start;

import static io.nesteddocker.testing.InnerContainers.output;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerBuilder;
import io.nesteddocker.NestedDockerSpec;
import io.nesteddocker.StorageDriver;
import io.nesteddocker.testing.DockerCommand;
import io.nesteddocker.testing.InnerStore;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import io.nesteddocker.testing.TinyImage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests options that need a daemon each: ports, storage drivers, the outer engine. */
@ExtendWith(LeakCheck.class)
@Timeout(120)
class EngineChoiceIT {

    @Test
    void portIsTheEndpointsPort() throws IOException {
        OuterTestEngine.assumePublishedPortsAreReachable();
        int port = freePort();
        try (NestedDocker docker = NestedDocker.builder().port(port).start()) {
            assertThat(docker.endpoint().dockerHost()).hasPort(port);
        }
    }

    @Test
    void insecurePortAnswersTheDockerCommand() {
        OuterTestEngine.assumePublishedPortsAreReachable();
        OuterTestEngine.assumeLoopbackIsTheEngines();
        try (NestedDocker docker = NestedDocker.builder().insecurePort(0).start()) {
            assertThat(DockerCommand.run(docker.endpoint(), "info", "--format", "{{.ID}}"))
                    .isEqualTo(docker.client().infoCmd().exec().getId());
        }
    }

    @Test
    void storageDriverVfsIsUsed() {
        try (NestedDocker docker =
                NestedDocker.builder().storageDriver(StorageDriver.VFS).start()) {
            assertThat(docker.engine().storageDriver()).isEqualTo("vfs");
        }
    }

    @Test
    void theContainerdImageStoreRunsContainers() {
        try (NestedDocker docker = InnerStore.CONTAINERD
                .daemon()
                .storageDriver(StorageDriver.CONTAINERD_OVERLAYFS)
                .start()) {
            TinyImage.into(docker);
            assertThat(output(docker.client(), "echo", docker.engine().storageDriver()))
                    .isEqualTo("overlayfs");
        }
    }

    /** By default the official image has the containerd store; an option chooses the classic store. */
    @ParameterizedTest
    @CsvSource({"'', overlayfs", "OVERLAY2, overlay2"})
    void theOfficialImageHasEitherStore(String asked, String driver) {
        NestedDockerBuilder builder = InnerStore.CONTAINERD.daemon();
        if (!asked.isEmpty()) {
            builder.storageDriver(StorageDriver.valueOf(asked));
        }
        try (NestedDocker docker = builder.start()) {
            assertThat(docker.engine().storageDriver()).isEqualTo(driver);
        }
    }

    @Test
    void aClientThatWasHandedInIsNotClosed() {
        NestedDocker.builder().outer(OuterTestEngine.client()).start().close();
        assertThatCode(() -> OuterTestEngine.client().pingCmd().exec()).doesNotThrowAnyException();
    }

    @Test
    void aUriNamesTheOuterEngine() {
        String dockerHost = System.getenv().getOrDefault("DOCKER_HOST", "unix:///var/run/docker.sock");
        try (NestedDocker docker =
                NestedDocker.builder().outer(URI.create(dockerHost)).start()) {
            assertThat(OuterTestEngine.hasContainer(docker.daemonContainerId())).isTrue();
        }
    }

    @Test
    void oneSpecStartsManyDaemons() {
        NestedDockerSpec spec = NestedDocker.builder().spec();
        try (NestedDocker first = NestedDocker.start(spec);
                NestedDocker second = NestedDocker.start(spec)) {
            assertThat(first.client().infoCmd().exec().getId())
                    .isNotEqualTo(second.client().infoCmd().exec().getId());
        }
    }

    @Test
    void aLogConsumerThatThrowsDoesNotStopTheDaemon() {
        try (NestedDocker docker = NestedDocker.builder()
                .logConsumer(line -> {
                    throw new AssertionError("from a test");
                })
                .start()) {
            assertThatCode(() -> docker.client().pingCmd().exec()).doesNotThrowAnyException();
        }
    }

    @Test
    void aLogConsumerThatNeverReturnsStopsNothing() {
        CountDownLatch never = new CountDownLatch(1);
        try (NestedDocker docker = NestedDocker.builder()
                .logConsumer(line -> {
                    try {
                        never.await();
                    } catch (InterruptedException e) {
                        throw new AssertionError("given up", e);
                    }
                })
                .start()) {
            docker.restart();
            assertThat(docker.logs()).anyMatch(line -> line.contains("restarting dockerd"));
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
