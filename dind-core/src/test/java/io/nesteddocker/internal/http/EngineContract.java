package io.nesteddocker.internal.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.transport.DockerHttpClient.Request;
import com.github.dockerjava.transport.DockerHttpClient.Response;
import io.nesteddocker.testing.OuterTestEngine;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What {@link DaemonHttpClient} expects of an engine. The real engine and {@link ScriptedDaemon} both pass it, so a test with the scripted
 * daemon tests the client against answers in the form in which an engine sends them.
 */
@Timeout(120)
abstract class EngineContract {

    static final String IMAGE = "nested-docker-test:tiny";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int STANDARD_OUTPUT = 1;

    private DaemonHttpClient client;
    private String created = "";

    /** Returns a client of the engine, which is closed after the test. */
    abstract DaemonHttpClient connect() throws IOException;

    /** Returns the value of the label {@link OuterTestEngine#MARK}, by which containers are found that a test has left. */
    String owner() {
        return "";
    }

    @BeforeEach
    void open() throws IOException {
        client = connect();
    }

    @AfterEach
    void close() {
        try {
            if (!created.isEmpty()) {
                removed("/containers/" + created + "?force=true&v=true");
            }
        } finally {
            client.close();
        }
    }

    /** Sends a request that removes what a test created, and ignores the answer, so that it does not replace the test's failure. */
    private void removed(String path) {
        try (Response response =
                client.execute(Request.builder().method("DELETE").path(path).build())) {
            response.getStatusCode();
        }
    }

    @Test
    void aPingIsAnsweredWithTheVersionOfTheApi() throws IOException {
        try (Response response = get("/_ping")) {
            assertThat(response.getStatusCode()).isEqualTo(200);
            assertThat(response.getHeader("Api-Version")).matches("1\\.\\d+");
            assertThat(textOf(response)).isEqualTo("OK");
        }
    }

    @Test
    void aPingOfTheHeadAloneHasNoBody() throws IOException {
        for (int i = 0; i < 2; i++) {
            try (Response response = client.execute(
                    Request.builder().method("HEAD").path("/_ping").build())) {
                assertThat(response.getStatusCode()).isEqualTo(200);
                assertThat(response.getHeader("Api-Version")).matches("1\\.\\d+");
                assertThat(textOf(response)).isEmpty();
            }
        }
    }

    @Test
    void theVersionInTheBodyIsTheOneInTheHead() throws IOException {
        try (Response response = get("/version")) {
            assertThat(response.getStatusCode()).isEqualTo(200);
            assertThat(response.getHeader("Content-Type")).isEqualTo("application/json");
            assertThat(jsonOf(response).path("ApiVersion").asText()).isEqualTo(response.getHeader("Api-Version"));
        }
    }

    @Test
    void aListWithoutMembersIsAnEmptyArray() throws IOException {
        try (Response response = get("/containers/json?all=true&filters=" + noSuchLabel())) {
            assertThat(response.getStatusCode()).isEqualTo(200);
            assertThat(jsonOf(response)).isEqualTo(JSON.createArrayNode());
        }
    }

    @Test
    void aContainerThatDoesNotExistIsNotFoundWithAMessage() throws IOException {
        try (Response response = get("/containers/nosuchcontainer/json")) {
            assertThat(response.getStatusCode()).isEqualTo(404);
            assertThat(response.getHeader("Content-Type")).isEqualTo("application/json");
            assertThat(jsonOf(response).path("message").asText()).isEqualTo("No such container: nosuchcontainer");
        }
    }

    @Test
    void theHeadOfEventsComesBeforeAnyEvent() throws IOException {
        try (Response response = get("/events?filters=" + noSuchLabel())) {
            assertThat(response.getStatusCode()).isEqualTo(200);
            assertThat(response.getHeader("Transfer-Encoding")).isEqualTo("chunked");
        }
        try (Response response = get("/_ping")) {
            assertThat(textOf(response)).isEqualTo("OK");
        }
    }

    @Test
    void anImageComesInChunksUpToItsEnd() throws IOException {
        byte[] archive;
        try (Response response = get("/images/" + IMAGE + "/get");
                InputStream body = response.getBody()) {
            assertThat(response.getStatusCode()).isEqualTo(200);
            assertThat(response.getHeader("Content-Type")).isEqualTo("application/x-tar");
            assertThat(response.getHeader("Transfer-Encoding")).isEqualTo("chunked");
            archive = body.readAllBytes();
            assertThat(body.read()).isEqualTo(-1);
        }
        assertThat(namesIn(archive)).contains("manifest.json");
    }

    /** The frame's head has the number of the stream and the length of the content. */
    @Test
    void anAttachedStreamCarriesTheEndOfTheInputAndThenTheOutput() throws IOException {
        String container = create();
        try (DaemonConnection stream =
                client.upgrade("/containers/" + container + "/attach?stream=1&stdin=1&stdout=1", new byte[0])) {
            expect(204, "POST", "/containers/" + container + "/start");
            stream.output().write("some input\n".getBytes(StandardCharsets.UTF_8));
            stream.closeOutput();
            byte[] frame = stream.input().readAllBytes();
            ByteBuffer head = ByteBuffer.wrap(frame);
            assertThat(head.getInt()).isEqualTo(STANDARD_OUTPUT << 24);
            assertThat(head.getInt()).isEqualTo("some input\n".length());
            assertThat(new String(frame, 8, frame.length - 8, StandardCharsets.UTF_8))
                    .isEqualTo("some input\n");
        }
        expect(204, "DELETE", "/containers/" + container + "?force=true");
        created = "";
    }

    @Test
    void anAttachThatIsRefusedHasTheReason() {
        assertThatThrownBy(() -> client.upgrade("/containers/nosuchcontainer/attach?stream=1", new byte[0]))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("404")
                .hasMessageContaining("No such container: nosuchcontainer");
    }

    /** Reads an archive to its end, and fails if it is cut off. */
    private static List<String> namesIn(byte[] archive) throws IOException {
        List<String> names = new ArrayList<>();
        TarArchiveInputStream tar = new TarArchiveInputStream(new ByteArrayInputStream(archive));
        for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
            names.add(entry.getName());
        }
        return names;
    }

    private String create() throws IOException {
        Request request = Request.builder()
                .method(Request.Method.POST)
                .path("/containers/create")
                .headers(Map.of("Content-Type", "application/json"))
                .bodyBytes(("{\"Image\":\"" + IMAGE + "\",\"Cmd\":[\"cat\"],\"OpenStdin\":true,\"StdinOnce\":true,"
                                + "\"AttachStdin\":true,\"AttachStdout\":true,\"Labels\":{\"" + OuterTestEngine.MARK
                                + "\":\""
                                + owner() + "\"}}")
                        .getBytes(StandardCharsets.UTF_8))
                .build();
        try (Response response = client.execute(request)) {
            assertThat(response.getStatusCode()).isEqualTo(201);
            created = jsonOf(response).path("Id").asText();
            return created;
        }
    }

    private void expect(int status, String method, String path) throws IOException {
        try (Response response =
                client.execute(Request.builder().method(method).path(path).build())) {
            assertThat(response.getStatusCode()).as(method + " " + path).isEqualTo(status);
            assertThat(textOf(response)).isEmpty();
        }
    }

    private Response get(String path) {
        return client.execute(Request.builder().method("GET").path(path).build());
    }

    private static String noSuchLabel() {
        return URLEncoder.encode("{\"label\":[\"no-such-label\"]}", StandardCharsets.UTF_8);
    }

    private static JsonNode jsonOf(Response response) throws IOException {
        return JSON.readTree(response.getBody());
    }

    private static String textOf(Response response) throws IOException {
        return new String(response.getBody().readAllBytes(), StandardCharsets.UTF_8);
    }
}
