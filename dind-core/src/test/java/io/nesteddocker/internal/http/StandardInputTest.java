package io.nesteddocker.internal.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.transport.DockerHttpClient.Request;
import com.github.dockerjava.transport.DockerHttpClient.Response;
import io.nesteddocker.internal.http.ScriptedDaemon.Script;
import io.nesteddocker.internal.http.ScriptedDaemon.Transport;
import io.nesteddocker.internal.tls.TlsMaterial;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests what docker-java calls a hijacked connection: the standard streams of a process in a container. */
@Timeout(60)
class StandardInputTest {

    private static final TlsMaterial TLS = TlsMaterial.create(List.of("127.0.0.1"));
    private static final String PATH = "/exec/4711/start";

    private ScriptedDaemon daemon;
    private DaemonHttpClient client;

    @AfterEach
    void closeBoth() {
        client.close();
        daemon.close();
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void endsAtTheProcessAndLeavesItsOutputOpen(Transport transport) throws IOException {
        open(transport, visit -> {
            visit.readRequest();
            visit.switchProtocols();
            // A process like "sort": it prints nothing before its input has ended.
            visit.write("got " + visit.readToEnd());
            visit.endOutput();
        });
        try (Response response = start(stream("some input"))) {
            assertThat(response.getStatusCode()).isEqualTo(200);
            assertThat(new String(response.getBody().readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo("got some input");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void flowsBothWaysAtOnce(Transport transport) throws IOException {
        open(transport, visit -> {
            visit.readRequest();
            visit.switchProtocols();
            byte[] buffer = new byte[1024];
            int count;
            while ((count = visit.input.read(buffer)) >= 0) {
                visit.output.write(buffer, 0, count);
                visit.output.flush();
            }
            visit.endOutput();
        });
        byte[] megabytes = new byte[4 * 1024 * 1024];
        try (Response response = start(new ByteArrayInputStream(megabytes))) {
            assertThat(response.getBody().readAllBytes()).hasSameSizeAs(megabytes);
        }
    }

    @Test
    void isReadOnlyWhenTheDaemonAgrees() throws IOException {
        open(Transport.UNIX, visit -> {
            visit.readRequest();
            visit.json(404, "{\"message\":\"No such exec instance: 4711\"}");
        });
        InputStream stdin = stream("input");
        try (Response response = start(stdin)) {
            assertThat(response.getStatusCode()).isEqualTo(404);
            assertThat(new String(response.getBody().readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo("{\"message\":\"No such exec instance: 4711\"}");
        }
        assertThat(stdin.available()).isEqualTo(5);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void noThreadIsLeftWhenTheResponseIsClosedWhileInputIsAwaited(Transport transport) throws Exception {
        open(transport, visit -> {
            visit.readRequest();
            visit.switchProtocols();
            visit.awaitEnd();
        });
        try (PipedOutputStream never = new PipedOutputStream()) {
            Response response = start(new PipedInputStream(never));
            Thread feeder = feeder();
            assertThat(feeder.isDaemon()).isTrue();
            response.close();
            feeder.join(30_000);
            assertThat(feeder.isAlive()).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void noThreadIsLeftWhenTheResponseIsClosedWhileTheProcessTakesNothing(Transport transport) throws Exception {
        CompletableFuture<Void> over = new CompletableFuture<>();
        open(transport, visit -> {
            visit.readRequest();
            visit.switchProtocols();
            // The connection stays open until the test is over, so the feeder can end only because the response is
            // closed.
            over.join();
        });
        Response response = start(endless());
        Thread feeder = feeder();
        response.close();
        feeder.join(30_000);
        assertThat(feeder.isAlive()).isFalse();
        over.complete(null);
    }

    @Test
    void endsWithTheClient() throws Exception {
        open(Transport.UNIX, visit -> {
            visit.readRequest();
            visit.switchProtocols();
            visit.awaitEnd();
        });
        try (Response response = start(endless())) {
            client.close();
            assertThatThrownBy(() -> response.getBody().readAllBytes()).isInstanceOf(IOException.class);
        }
    }

    @Test
    void noThreadIsLeftWhenTheClientIsClosedWhileInputIsAwaited() throws Exception {
        open(Transport.UNIX, visit -> {
            visit.readRequest();
            visit.switchProtocols();
            visit.awaitEnd();
        });
        try (PipedOutputStream never = new PipedOutputStream()) {
            start(new PipedInputStream(never));
            Thread feeder = feeder();
            client.close();
            feeder.join(30_000);
            assertThat(feeder.isAlive()).isFalse();
        }
    }

    @Test
    void failedInputIsNotReportedAsEnd() throws IOException {
        open(Transport.UNIX, visit -> {
            visit.readRequest();
            visit.switchProtocols();
            visit.awaitEnd();
        });
        InputStream failing = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the pipe burst");
            }
        };
        try (Response response = start(failing)) {
            assertThatThrownBy(() -> response.getBody().readAllBytes())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("reading it failed: the pipe burst");
        }
    }

    @Test
    void isNotSentWhenTheDaemonHangsUp() throws IOException {
        open(Transport.UNIX, ScriptedDaemon.Visit::readRequest);
        assertThatThrownBy(() -> start(stream("input")))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(PATH);
    }

    private void open(Transport transport, Script script) throws IOException {
        daemon = ScriptedDaemon.on(transport, TLS, script);
        client = DaemonHttpClient.open(daemon.uri(), ScriptedDaemon.clientContext(transport, TLS));
    }

    private Response start(InputStream stdin) {
        return client.execute(Request.builder()
                .method(Request.Method.POST)
                .path(PATH)
                .putHeader("Content-Type", "application/json")
                .bodyBytes("{}".getBytes(StandardCharsets.UTF_8))
                .hijackedInput(stdin)
                .build());
    }

    private static Thread feeder() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("nested-docker-stdin " + PATH))
                .findFirst()
                .orElseThrow();
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private static InputStream endless() {
        return new InputStream() {
            @Override
            public int read() {
                return 0;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) {
                return length;
            }
        };
    }
}
