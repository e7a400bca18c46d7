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
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests the exchange through the client, which uses it for all requests that do not only read. */
@Timeout(60)
class DirectExchangeTest {

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
    void sendsPostBodiesOfBytesAndOfStreams(Transport transport) throws IOException {
        open(transport, visit -> visit.answer(200, "text/plain", visit.readRequestBody()));
        assertThat(textOf(client.execute(post("/a").bodyBytes(bytes("bytes")).build())))
                .isEqualTo("bytes");
        byte[] big = new byte[300_000];
        Arrays.fill(big, (byte) 'x');
        Request upload = post("/b").body(new ByteArrayInputStream(big)).build();
        assertThat(textOf(client.execute(upload))).hasSize(big.length);
        assertThat(textOf(client.execute(post("/c").build()))).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aDaemonsErrorDuringAnUploadIsReturned(Transport transport) throws IOException {
        open(transport, visit -> {
            visit.input.readNBytes(1000);
            visit.json(500, "{\"message\":\"no space left on device\"}");
            visit.endOutput();
        });
        Request upload = post("/images/load").body(endless()).build();
        try (Response response = client.execute(upload)) {
            assertThat(response.getStatusCode()).isEqualTo(500);
            assertThat(textOf(response)).contains("no space left on device");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void anErrorInAnAnswerThatBeganWellIsReturned(Transport transport) throws IOException {
        open(transport, visit -> {
            visit.write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
            visit.input.readNBytes(100_000);
            visit.write("2b\r\n{\"errorDetail\":{\"message\":\"no space left\"}}\r\n0\r\n\r\n");
            visit.endOutput();
        });
        Request upload = post("/images/load").body(endless()).build();
        try (Response response = client.execute(upload)) {
            assertThat(response.getStatusCode()).isEqualTo(500);
            assertThat(textOf(response)).contains("no space left");
        }
    }

    @Test
    void anAnswerThatBreaksOffWithTheUploadIsAnError() throws IOException {
        open(Transport.UNIX, visit -> {
            visit.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            visit.input.readNBytes(100_000);
        });
        Request upload = post("/images/load").body(endless()).build();
        assertThatThrownBy(() -> client.execute(upload)).isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void aBrokenUploadSourceIsNotBlamedOnTheDaemon() throws IOException {
        open(Transport.UNIX, visit -> visit.awaitEnd());
        Request upload = post("/build").body(failing()).build();
        assertThatThrownBy(() -> client.execute(upload))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("the disk is on fire");
    }

    @Test
    void refusesALineBreakInAHeaderWithoutShowingItsValue() throws IOException {
        open(Transport.UNIX, visit -> {});
        Request request =
                post("/auth").putHeader("X-Registry-Auth", "secret\r\nX: y").build();
        assertThatThrownBy(() -> client.execute(request))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("X-Registry-Auth")
                .hasMessageNotContaining("secret");
    }

    @Test
    void bodiesThatBreakOffAreErrors() throws IOException {
        for (String head : List.of("Content-Length: 100", "Transfer-Encoding: chunked")) {
            open(Transport.UNIX, visit -> {
                visit.readRequest();
                visit.write("HTTP/1.1 200 OK\r\n" + head + "\r\n\r\n10\r\nabc");
            });
            assertThatThrownBy(() -> textOf(client.execute(post("/commit").build())))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("the daemon closed the connection");
            client.close();
            daemon.close();
        }
    }

    @Test
    void skipsInterimAnswersAndReadsNoBodyWhereThereIsNone() throws IOException {
        open(Transport.UNIX, visit -> {
            visit.readRequest();
            visit.write("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n");
            visit.awaitEnd();
        });
        try (Response response = client.execute(post("/containers/1/start").build())) {
            assertThat(response.getStatusCode()).isEqualTo(204);
            assertThat(textOf(response)).isEmpty();
        }
    }

    @Test
    void whatIsNotHttpIsAnError() throws IOException {
        open(Transport.UNIX, visit -> {
            visit.readRequest();
            visit.write("220 mail.example.org ESMTP\r\n");
        });
        assertThatThrownBy(() -> client.execute(post("/x").build()))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("the answer is not HTTP");
    }

    private void open(Transport transport, Script script) throws IOException {
        daemon = ScriptedDaemon.on(transport, TLS, script);
        client = DaemonHttpClient.open(daemon.uri(), ScriptedDaemon.clientContext(transport, TLS));
    }

    private static Request.Builder post(String path) {
        return Request.builder().method(Request.Method.POST).path(path);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String textOf(Response response) throws IOException {
        try (response) {
            return new String(response.getBody().readAllBytes(), StandardCharsets.UTF_8);
        }
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

    private static InputStream failing() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the disk is on fire");
            }
        };
    }
}
