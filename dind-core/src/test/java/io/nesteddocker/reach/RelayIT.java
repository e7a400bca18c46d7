package io.nesteddocker.reach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nesteddocker.ConnectionMode;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerBuilder;
import io.nesteddocker.NestedDockerException;
import io.nesteddocker.OuterEngineException;
import io.nesteddocker.testing.ErrorSentence;
import io.nesteddocker.testing.Eventually;
import io.nesteddocker.testing.InnerContainers;
import io.nesteddocker.testing.InnerStore;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OtherProcessorProxy;
import io.nesteddocker.testing.OuterTestEngine;
import io.nesteddocker.testing.RelayProcesses;
import io.nesteddocker.testing.TinyImage;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests the relay with both image stores; the image with the second store has only a busybox userland. */
@Timeout(180)
@ExtendWith(LeakCheck.class)
class RelayIT {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int CONNECTIONS = 200;
    private static final int MOST_KILOBYTES = 3 * 1024;

    private final String name = "it-relay-" + UUID.randomUUID();

    @AfterEach
    void removeWhatWasKept() {
        OuterTestEngine.removeContainer(name);
    }

    @ParameterizedTest
    @EnumSource
    void aServiceOnItsContainersLoopbackAddressIsReached(InnerStore store) throws Exception {
        try (NestedDocker docker =
                store.daemon().connection(ConnectionMode.TUNNEL).start()) {
            TinyImage.into(docker);
            String id = InnerContainers.start(
                    docker.client(),
                    request -> request,
                    "sh",
                    "-c",
                    "printf within >/www; httpd -f -p 127.0.0.1:7 -h /");
            try (Socket socket = new Socket()) {
                socket.connect(docker.addressOf(id, 7));
                socket.getOutputStream().write("GET /www HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                assertThat(socket.getInputStream().readAllBytes()).asString().endsWith("within");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void twoHundredConnectionsAreCarriedByOneProcessOfThreeMegabytes(InnerStore store) throws Exception {
        try (NestedDocker docker =
                store.daemon().connection(ConnectionMode.TUNNEL).start()) {
            Path api = Path.of(docker.endpoint().dockerHost().getPath());
            List<SocketChannel> connections = new ArrayList<>();
            for (int i = 0; i < CONNECTIONS; i++) {
                SocketChannel connection = SocketChannel.open(UnixDomainSocketAddress.of(api));
                connections.add(connection);
                connection.write(ByteBuffer.wrap(
                        "GET /_ping HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
                assertThat(connection.read(ByteBuffer.allocate(4096))).isPositive();
            }
            assertThat(RelayProcesses.kilobytes(docker))
                    .as("relays with %d open connections", CONNECTIONS)
                    .hasSize(1)
                    .allMatch(memory -> memory <= MOST_KILOBYTES);
            for (SocketChannel connection : connections) {
                connection.close();
            }
            assertThat(RelayProcesses.kilobytes(docker))
                    .as("relays after %d connections", CONNECTIONS)
                    .hasSize(1)
                    .allMatch(memory -> memory <= MOST_KILOBYTES);
        }
    }

    @Test
    void aProcessorWithoutARelayIsRefusedIfTheTunnelIsNeeded() throws Exception {
        try (OtherProcessorProxy outer = OtherProcessorProxy.named("riscv64")) {
            NestedDockerBuilder builder = NestedDocker.builder()
                    .outer(outer.uri())
                    .connection(ConnectionMode.TUNNEL)
                    .name(name);
            ErrorSentence.of(catchThrowableOfType(OuterEngineException.class, builder::start))
                    .tried("reach the inner API")
                    .on(name)
                    .because("the outer engine runs on the processor \"riscv64\"")
                    .cure("leave out connection(ConnectionMode.TUNNEL), or ask for a port(..)");
        }
    }

    @ParameterizedTest
    @EnumSource
    void theEnginesReasonIsQuotedIfTheRelayCanNotStart(InnerStore store) {
        try (NestedDocker docker =
                store.daemon().connection(ConnectionMode.TUNNEL).start()) {
            docker.exec("sh", "-c", "rm /nested-docker/relay; kill $(pidof relay)");
            // A call that is under way when the relay ends reports only that.
            assertThat(Eventually.value(
                            PATIENCE, () -> reasonOfAFailedPing(docker), why -> why.contains("did not start")))
                    .contains("did not start")
                    .contains("no such file or directory");
        }
    }

    private static String reasonOfAFailedPing(NestedDocker docker) {
        return String.valueOf(catchThrowable(() -> docker.client().pingCmd().exec()));
    }

    @Test
    void aKeptDaemonOfAnOlderVersionHasNoRelayAndIsRefused() {
        try (NestedDocker docker = NestedDocker.builder()
                .name(name)
                .keepRunning()
                .label(OuterTestEngine.MARK, OuterTestEngine.thisJvm())
                .start()) {
            docker.exec("rm", "/nested-docker/relay");
        }
        ErrorSentence.of(catchThrowableOfType(NestedDockerException.class, () -> NestedDocker.attach(name)))
                .tried("attach")
                .on(name)
                .because("an older version of the library started it")
                .cure("docker rm -fv " + name);
    }
}
