package io.nesteddocker.reach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Frame;
import io.nesteddocker.ConnectionMode;
import io.nesteddocker.Endpoint;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.testing.DockerCommand;
import io.nesteddocker.testing.InnerContainers;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import io.nesteddocker.testing.RelayProcesses;
import io.nesteddocker.testing.TinyImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests the connection to the inner API through the relay in the daemon container alone. */
@Timeout(180)
@ExtendWith(LeakCheck.class)
class TunnelIT {

    private static NestedDocker docker;
    private static Endpoint endpoint;

    @BeforeAll
    static void start() {
        docker = NestedDocker.builder().connection(ConnectionMode.TUNNEL).start();
        TinyImage.into(docker);
        endpoint = docker.endpoint();
    }

    @AfterAll
    static void close() {
        docker.close();
    }

    @Test
    void engineReportsTheTunnelConnection() {
        assertThat(docker.engine().connection()).isEqualTo(ConnectionMode.TUNNEL);
    }

    @Test
    void publishesNoPort() {
        assertThat(OuterTestEngine.inspect(docker.daemonContainerId())
                        .orElseThrow()
                        .getNetworkSettings()
                        .getPorts()
                        .getBindings()
                        .values())
                .allMatch(bindings -> bindings == null || bindings.length == 0);
    }

    @Test
    void runsContainers() {
        assertThat(InnerContainers.output(docker.client(), "echo", "through the tunnel"))
                .isEqualTo("through the tunnel");
    }

    @Test
    void usesConnectionsAgain() {
        docker.client().infoCmd().exec();
        int before = RelayProcesses.count(docker);
        IntStream.range(0, 50)
                .forEach(i ->
                        docker.client().listContainersCmd().withShowAll(true).exec());
        assertThat(RelayProcesses.count(docker)).isEqualTo(before);
    }

    @Test
    void requestsThatChangeSomethingReuseConnections() {
        docker.client().infoCmd().exec();
        int before = RelayProcesses.count(docker);
        for (int i = 0; i < 10; i++) {
            String volume = docker.client().createVolumeCmd().exec().getName();
            docker.client().removeVolumeCmd(volume).exec();
        }
        assertThat(RelayProcesses.count(docker)).isEqualTo(before);
    }

    @Test
    void standardInputEndsAtTheProcess() throws Exception {
        String id = InnerContainers.startSleeper(docker.client(), request -> request);
        assertThat(execWithInput(docker.client(), id, "one\ntwo\n".getBytes(StandardCharsets.US_ASCII), "wc", "-l"))
                .isEqualTo("2");
        docker.client().removeContainerCmd(id).withForce(true).exec();
    }

    @Test
    void manyRequestsAtOnceAreNotMixedUp() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(12);
        try {
            List<Callable<String>> calls = IntStream.range(0, 48)
                    .mapToObj(i -> (Callable<String>) () -> {
                        String name = "v" + i;
                        docker.client().createVolumeCmd().withName(name).exec();
                        String found =
                                docker.client().inspectVolumeCmd(name).exec().getName();
                        docker.client().removeVolumeCmd(name).exec();
                        return found;
                    })
                    .toList();
            List<Future<String>> answers = pool.invokeAll(calls);
            for (int i = 0; i < answers.size(); i++) {
                assertThat(answers.get(i).get()).isEqualTo("v" + i);
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void bulkGoesBothWaysUnharmed() throws Exception {
        byte[] image;
        try (InputStream archive = docker.client().saveImageCmd(TinyImage.NAME).exec()) {
            image = archive.readAllBytes();
        }
        docker.client().removeImageCmd(TinyImage.NAME).withForce(true).exec();
        docker.client().loadImageCmd(new ByteArrayInputStream(image)).exec();
        assertThat(InnerContainers.output(docker.client(), "echo", "again")).isEqualTo("again");
    }

    @Test
    void aBodyThatIsClosedEarlyLeavesNoRelayBehind() throws Exception {
        InputStream archive = docker.client().saveImageCmd(TinyImage.NAME).exec();
        assertThat(archive.read()).isNotNegative();
        archive.close();
        assertThat(docker.client().listImagesCmd().exec()).isNotEmpty();
    }

    @Test
    void theEndpointIsASocketThatOnlyThisUserReaches() throws Exception {
        Path socket = Path.of(endpoint.dockerHost().getPath());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket.getParent())))
                .isEqualTo("rwx------");
    }

    @Test
    void otherProgramsUseTheEndpoint() throws Exception {
        assertThat(DockerCommand.run(endpoint, "run", "--rm", TinyImage.NAME, "echo", "hello"))
                .isEqualTo("hello");
    }

    @Test
    void oneProcessCarriesTheApiAndThePortsOfContainers() throws IOException {
        assertThat(docker.client().infoCmd().exec().getServerVersion()).isNotEmpty();
        String id = InnerContainers.start(
                docker.client(), request -> request, "sh", "-c", "printf within >/www; httpd -f -p 127.0.0.1:7 -h /");
        try (Socket socket = new Socket()) {
            socket.connect(docker.addressOf(id, 7));
            socket.getOutputStream().write("GET /www HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().readAllBytes()).asString().endsWith("within");
            assertThat(RelayProcesses.count(docker)).isEqualTo(1);
        } finally {
            docker.client().removeContainerCmd(id).withForce(true).exec();
        }
    }

    @Test
    void theEndOfADaemonIsNoticed() {
        try (NestedDocker other =
                NestedDocker.builder().connection(ConnectionMode.TUNNEL).start()) {
            DockerClient client = other.client();
            client.infoCmd().exec();
            OuterTestEngine.client().killContainerCmd(other.daemonContainerId()).exec();
            assertThatThrownBy(() -> client.infoCmd().exec()).hasMessageContaining("has ended");
        }
    }

    @Test
    void aDaemonThatRestartsIsReachedAgain() {
        try (NestedDocker other =
                NestedDocker.builder().connection(ConnectionMode.TUNNEL).start()) {
            other.restart();
            assertThat(other.client().infoCmd().exec().getServerVersion()).isNotEmpty();
        }
    }

    private static String execWithInput(DockerClient engine, String container, byte[] input, String... command)
            throws InterruptedException {
        String exec = engine.execCreateCmd(container)
                .withCmd(command)
                .withAttachStdin(true)
                .withAttachStdout(true)
                .exec()
                .getId();
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        engine.execStartCmd(exec)
                .withStdIn(new ByteArrayInputStream(input))
                .exec(new ResultCallback.Adapter<Frame>() {
                    @Override
                    public void onNext(Frame frame) {
                        output.writeBytes(frame.getPayload());
                    }
                })
                .awaitCompletion();
        return output.toString(StandardCharsets.UTF_8).strip();
    }
}
