package io.nesteddocker.internal.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.transport.DockerHttpClient.Request;
import com.github.dockerjava.transport.DockerHttpClient.Response;
import io.nesteddocker.internal.http.ScriptedDaemon.Script;
import io.nesteddocker.internal.http.ScriptedDaemon.Transport;
import io.nesteddocker.internal.tls.TlsMaterial;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class DaemonHttpClientTest {

    private static final TlsMaterial TLS = TlsMaterial.create(List.of("127.0.0.1"));

    private ScriptedDaemon daemon;
    private DaemonHttpClient client;

    @AfterEach
    void closeBoth() {
        if (client != null) {
            client.close();
        }
        daemon.close();
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void servesManyRequestsOverOnePooledConnection(Transport transport) throws IOException {
        open(transport, visit -> {
            while (visit.readRequest()) {
                visit.json(200, "{}");
            }
        });
        for (int i = 0; i < 3; i++) {
            assertThat(textOf(client.execute(get("/info")))).isEqualTo("{}");
        }
        assertThat(daemon.connections()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/containers/web/archive?path=%2F",
                "/v1.41/containers/web/export",
                "/containers/web/logs?stdout=true",
                "/images/get?names=a",
                "/images/registry.example/a/b:1/get"
            })
    void takesAnswersOfAnySizeFromAConnectionOfTheirOwn(String path) throws IOException {
        open(Transport.UNIX, visit -> {
            while (visit.readRequest()) {
                visit.json(200, "{}");
            }
        });
        for (int i = 0; i < 3; i++) {
            assertThat(textOf(client.execute(get(path)))).isEqualTo("{}");
        }
        assertThat(daemon.connections()).isEqualTo(3);
    }

    @Test
    void usesAConnectionAgainWhenAJsonBodyIsClosedAtTheEndOfItsText() throws IOException {
        open(Transport.UNIX, visit -> {
            while (visit.readRequest()) {
                visit.write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "2\r\n{}\r\n0\r\n\r\n");
            }
        });
        for (int i = 0; i < 3; i++) {
            try (Response response = client.execute(get("/info"));
                    InputStream body = response.getBody()) {
                assertThat(body.readNBytes(2)).isEqualTo(bytes("{}"));
            }
        }
        assertThat(daemon.connections()).isEqualTo(1);
    }

    @Test
    void usesAConnectionAgainWhenAShortBodyIsNotRead() throws IOException {
        open(Transport.UNIX, visit -> {
            while (visit.readRequest()) {
                visit.answer(200, "text/plain", "OK");
            }
        });
        for (int i = 0; i < 3; i++) {
            client.execute(get("/_ping")).getBody().close();
        }
        assertThat(daemon.connections()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void closingABodyEarlyDoesNotReadTheRest(Transport transport) throws IOException {
        open(transport, visit -> {
            visit.readRequest();
            visit.write("HTTP/1.1 200 OK\r\nContent-Type: application/x-tar\r\n\r\n");
            while (true) {
                visit.output.write(new byte[64 * 1024]);
            }
        });
        for (String method : List.of("GET", "POST")) {
            Request request =
                    Request.builder().method(method).path("/images/get").build();
            try (Response response = client.execute(request);
                    InputStream body = response.getBody()) {
                assertThat(body.read()).isZero();
            }
        }
    }

    @Test
    void closingEventsEarlyDoesNotWaitForMore() throws IOException {
        open(Transport.UNIX, visit -> {
            visit.readRequest();
            visit.write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "2\r\n{}\r\n");
            visit.awaitEnd();
        });
        try (Response response = client.execute(get("/v1.41/events?since=1"));
                InputStream body = response.getBody()) {
            assertThat(body.read()).isEqualTo('{');
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void everyRequestWorksAfterTheDaemonClosedIdleConnections(Transport transport) throws Exception {
        open(transport, visit -> {
            while (visit.readRequest()) {
                visit.json(200, "{}");
            }
        });
        for (Request request : List.of(
                get("/info"), post("/containers/create").bodyBytes(bytes("{}")).build())) {
            textOf(client.execute(get("/info")));
            daemon.dropConnections();
            assertThat(textOf(client.execute(request))).isEqualTo("{}");
        }
    }

    @Test
    void aPostIsSentOnceEvenWhenTheDaemonDiesOverIt() throws IOException {
        open(Transport.UNIX, ScriptedDaemon.Visit::readRequest);
        assertThatThrownBy(() -> client.execute(post("/containers/create").build()))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("Tried to send POST /containers/create to " + daemon.uri()
                        + " but the connection failed: the daemon closed the connection without an answer."
                        + " Check that the Docker daemon is running and can be reached there.");
        assertThat(daemon.requests()).containsExactly("POST /containers/create");
    }

    @Test
    void aPostThatIsRefusedForNowIsSentOnce() throws IOException {
        open(Transport.UNIX, visit -> {
            visit.readRequest();
            visit.json(503, "{\"message\":\"This node is not a swarm manager.\"}");
        });
        try (Response response =
                client.execute(post("/services/create").bodyBytes(bytes("{}")).build())) {
            assertThat(response.getStatusCode()).isEqualTo(503);
        }
        assertThat(daemon.connections()).isEqualTo(1);
    }

    @Test
    void resetGoesOnWithNewConnections() throws IOException {
        open(Transport.UNIX, visit -> {
            while (visit.readRequest()) {
                visit.json(200, "{}");
            }
        });
        textOf(client.execute(get("/info")));
        client.reset();
        textOf(client.execute(get("/info")));
        assertThat(daemon.connections()).isEqualTo(2);
    }

    @Test
    void resetEndsRequestsThatAreUnderWay() throws Exception {
        open(Transport.UNIX, visit -> {
            visit.readRequest();
            visit.switchProtocols();
            visit.awaitEnd();
        });
        try (PipedOutputStream never = new PipedOutputStream();
                Response response = client.execute(hijack("/exec/1/start", new PipedInputStream(never)))) {
            Thread resetter = new Thread(client::reset);
            resetter.start();
            assertThatThrownBy(() -> response.getBody().read()).isInstanceOf(IOException.class);
            resetter.join();
        }
    }

    @Test
    void isOfNoUseOnceClosed() throws IOException {
        open(Transport.UNIX, visit -> {});
        client.close();
        client.close();
        assertThatThrownBy(() -> client.execute(get("/info?filters=secret")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("Tried to send GET /info to " + daemon.uri() + " but this client was closed."
                        + " Use it before the handle that it belongs to is closed.");
        assertThatThrownBy(() -> client.execute(post("/x").build())).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(client::reset).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void closeEndsAWaitForAnAnswer() throws Exception {
        CompletableFuture<Void> asked = new CompletableFuture<>();
        open(Transport.TCP, visit -> {
            visit.readRequest();
            asked.complete(null);
            visit.awaitEnd();
        });
        CompletableFuture<Void> closed = asked.thenRunAsync(client::close);
        assertThatThrownBy(() -> client.execute(post("/containers/1/wait").build()))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("this client was closed meanwhile");
        assertThat(closed).succeedsWithin(Duration.ofSeconds(30));
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void closeTellsTheReaderOfAnAnswerThatItWasClosed(Transport transport) throws Exception {
        open(transport, visit -> {
            visit.readRequest();
            visit.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{");
            visit.awaitEnd();
        });
        try (Response response = client.execute(get("/containers/json?filters=secret"))) {
            InputStream body = response.getBody();
            assertThat(body.read()).isEqualTo('{');
            Thread closer = new Thread(client::close);
            closer.start();
            assertThatThrownBy(body::read)
                    .isInstanceOf(IOException.class)
                    .hasMessage(
                            "Tried to read the answer to GET /containers/json from " + daemon.uri()
                                    + " but this client was closed meanwhile; close the handle that it belongs to after its last call.");
            closer.join();
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void anInterruptedThreadIsToldSoAndStaysInterrupted(Transport transport) throws IOException {
        open(transport, visit -> {
            while (visit.readRequest()) {
                visit.json(200, "{}");
            }
        });
        // A POST request on TCP uses blocking I/O that the JDK can't interrupt.
        List<Request> requests = transport == Transport.UNIX
                ? List.of(get("/info"), post("/containers/create").build())
                : List.of(get("/info"));
        for (Request request : requests) {
            Thread.currentThread().interrupt();
            try {
                assertThatThrownBy(() -> client.execute(request))
                        .isInstanceOf(UncheckedIOException.class)
                        .hasMessage(
                                "Tried to send " + request.method() + " " + request.path() + " to " + daemon.uri()
                                        + " but the thread was interrupted; send the request again from a thread that is not interrupted.");
            } finally {
                assertThat(Thread.interrupted()).as("the interrupt").isTrue();
            }
        }
    }

    @Test
    void saysWhatWasTriedWhenNobodyListens() throws IOException {
        open(Transport.UNIX, visit -> {});
        daemon.close();
        for (Request request :
                List.of(get("/info"), post("/build?buildargs=secret").build())) {
            assertThatThrownBy(() -> client.execute(request))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageStartingWith("Tried to send " + request.method() + " /")
                    .hasMessageContaining(daemon.uri().toString())
                    .hasMessageNotContaining("secret");
        }
    }

    private void open(Transport transport, Script script) throws IOException {
        daemon = ScriptedDaemon.on(transport, TLS, script);
        client = DaemonHttpClient.open(daemon.uri(), ScriptedDaemon.clientContext(transport, TLS));
    }

    private static Request get(String path) {
        return Request.builder().method("GET").path(path).build();
    }

    private static Request.Builder post(String path) {
        return Request.builder().method(Request.Method.POST).path(path);
    }

    private static Request hijack(String path, InputStream stdin) {
        return post(path).bodyBytes(bytes("{}")).hijackedInput(stdin).build();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String textOf(Response response) throws IOException {
        try (response) {
            return new String(response.getBody().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
