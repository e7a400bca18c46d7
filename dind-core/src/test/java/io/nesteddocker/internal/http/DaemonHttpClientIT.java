package io.nesteddocker.internal.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.exception.InternalServerErrorException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.WaitResponse;
import com.github.dockerjava.transport.DockerHttpClient.Request;
import com.github.dockerjava.transport.DockerHttpClient.Response;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests the transport under docker-java with a real engine, which needs the tiny image (see {@code ./dev image}). */
@Timeout(120)
class DaemonHttpClientIT {

    private static final String TINY = "nested-docker-test:tiny";

    private final List<String> containers = new ArrayList<>();
    private final List<String> images = new ArrayList<>();
    private DaemonHttpClient http;
    private DockerClient docker;

    @BeforeEach
    void connect() {
        http = AvailableEngine.open();
        docker = DockerClients.open(http, ApiVersions.negotiate(http), AvailableEngine.address());
    }

    @AfterEach
    void removeWhatWasMade() throws IOException {
        containers.forEach(id -> docker.removeContainerCmd(id).withForce(true).exec());
        images.forEach(name -> docker.removeImageCmd(name).withForce(true).exec());
        docker.close();
    }

    @Test
    void aProcessSeesTheEndOfItsInput() throws Exception {
        String container = start("sleep", "600");
        String exec = docker.execCreateCmd(container)
                .withCmd("sh", "-c", "cat; echo and that was all")
                .withAttachStdin(true)
                .withAttachStdout(true)
                .exec()
                .getId();
        Output output =
                docker.execStartCmd(exec).withStdIn(stream("some input\n")).exec(new Output());
        assertThat(output.awaitCompletion(60, TimeUnit.SECONDS)).isTrue();
        assertThat(output).hasToString("some input\nand that was all\n");
        assertThat(docker.inspectExecCmd(exec).exec().getExitCodeLong()).isZero();
    }

    @Test
    void aContainerSeesTheEndOfItsInput() throws Exception {
        String container = remember(docker.createContainerCmd(TINY)
                .withCmd("cat")
                .withStdinOpen(true)
                .withStdInOnce(true)
                .withAttachStdin(true)
                .exec()
                .getId());
        Output output = docker.attachContainerCmd(container)
                .withStdIn(stream("some input\n"))
                .withStdOut(true)
                .withFollowStream(true)
                .exec(new Output());
        docker.startContainerCmd(container).exec();
        assertThat(output.awaitCompletion(60, TimeUnit.SECONDS)).isTrue();
        assertThat(output).hasToString("some input\n");
        assertThat(docker.waitContainerCmd(container)
                        .exec(new ResultCallback.Adapter<WaitResponse>())
                        .awaitCompletion(60, TimeUnit.SECONDS))
                .isTrue();
    }

    @Test
    void anExecThatDoesNotExistIsNotFoundInTheDaemonsWords() {
        assertThatThrownBy(() -> docker.execStartCmd("nosuchexec")
                        .withStdIn(stream("input"))
                        .exec(new Output())
                        .awaitCompletion(60, TimeUnit.SECONDS))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("nosuchexec");
    }

    @Test
    void aContainerThatDoesNotExistIsNotFoundInTheDaemonsWords() {
        assertThatThrownBy(() ->
                        docker.execCreateCmd("nosuchcontainer").withCmd("true").exec())
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("No such container: nosuchcontainer");
        assertThatThrownBy(() -> docker.attachContainerCmd("nosuchcontainer")
                        .withStdIn(stream("input"))
                        .exec(new Output())
                        .awaitCompletion(60, TimeUnit.SECONDS))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("No such container: nosuchcontainer");
    }

    @Test
    void theClientIsOfUseAfterASaveThatWasClosedEarly() throws IOException {
        try (InputStream archive = docker.saveImageCmd(TINY).exec()) {
            assertThat(archive.read()).isNotNegative();
        }
        docker.pingCmd().exec();
    }

    @Test
    void eventsCanBeClosedWhileNothingHappens() throws IOException {
        Request events = Request.builder()
                .method("GET")
                .path("/events?filters=" + URLEncoder.encode("{\"label\":[\"no-such-label\"]}", StandardCharsets.UTF_8))
                .build();
        try (Response response = http.execute(events);
                InputStream body = response.getBody()) {
            assertThat(response.getStatusCode()).isEqualTo(200);
            assertThat(body).isNotNull();
        }
    }

    @Test
    void aCorruptArchiveIsRefusedInTheDaemonsWords() {
        assertThatThrownBy(() ->
                        docker.loadImageCmd(stream("this is no tar archive")).exec())
                .isInstanceOf(InternalServerErrorException.class)
                .hasMessageContaining("message");
    }

    @Test
    void aCorruptArchiveOfManyMegabytesIsRefusedInTheDaemonsWords() {
        byte[] noise = new byte[64 * 1024 * 1024];
        Arrays.fill(noise, (byte) 'x');
        assertThatThrownBy(() ->
                        docker.loadImageCmd(new ByteArrayInputStream(noise)).exec())
                .isInstanceOf(InternalServerErrorException.class)
                .hasMessageContaining("message");
    }

    @Test
    void aRefusedUploadIsExplainedInTheDaemonsWords() {
        String container = start("sleep", "600");
        assertThatThrownBy(() -> docker.copyArchiveToContainerCmd(container)
                        .withRemotePath("/no/such/folder")
                        .withTarInputStream(new ByteArrayInputStream(new byte[16 * 1024 * 1024]))
                        .exec())
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("/no/such/folder");
    }

    @Test
    void anImageIsThereWhenLoadReturns() throws IOException {
        String name = "link-it-" + UUID.randomUUID();
        byte[] archive;
        docker.tagImageCmd(TINY, name, "1").exec();
        images.add(name + ":1");
        try (InputStream saved = docker.saveImageCmd(name + ":1").exec()) {
            archive = saved.readAllBytes();
        }
        docker.removeImageCmd(name + ":1").exec();
        docker.loadImageCmd(new ByteArrayInputStream(archive)).exec();
        assertThat(docker.inspectImageCmd(name + ":1").exec().getRepoTags()).contains(name + ":1");
    }

    private String start(String... command) {
        String id =
                remember(docker.createContainerCmd(TINY).withCmd(command).exec().getId());
        docker.startContainerCmd(id).exec();
        return id;
    }

    private String remember(String container) {
        containers.add(container);
        return container;
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private static final class Output extends ResultCallback.Adapter<Frame> {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        @Override
        public synchronized void onNext(Frame frame) {
            bytes.writeBytes(frame.getPayload());
        }

        @Override
        public synchronized String toString() {
            return bytes.toString(StandardCharsets.UTF_8);
        }
    }
}
