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
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class LoadOutcomeTest {

    private static final String LOADED = "{\"stream\":\"Loaded image: alpine:3.20\\n\"}";

    private ScriptedDaemon daemon;
    private DaemonHttpClient client;

    @AfterEach
    void closeBoth() {
        client.close();
        daemon.close();
    }

    @Test
    void waitsUntilTheDaemonHasSaidAll() throws IOException {
        open(visit -> {
            String archive = visit.readRequestBody();
            visit.write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
            chunk(visit, "{\"status\":\"Loading layer\",\"progressDetail\":{\"current\":1}}");
            chunk(visit, LOADED);
            assertThat(archive).isEqualTo("archive");
            chunk(visit, "");
        });
        try (Response response = load("/images/load")) {
            assertThat(response.getStatusCode()).isEqualTo(200);
            assertThat(textOf(response)).isEqualTo(LOADED + "\n");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"errorDetail\":{\"message\":\"invalid tar header\"},\"error\":\"invalid\"}",
                "{\"error\":\"invalid tar header\"}"
            })
    void turnsAnErrorInTheBodyIntoAnErrorStatus(String item) throws IOException {
        open(visit -> {
            visit.readRequest();
            visit.json(200, LOADED + "\r\n" + item + "\r\n");
        });
        try (Response response = load("/v1.41/images/load?quiet=0")) {
            assertThat(response.getStatusCode()).isEqualTo(500);
            assertThat(textOf(response)).isEqualTo("{\"message\":\"invalid tar header\"}");
        }
    }

    @Test
    void anImageThatCouldNotBeUnpackedIsAnError() throws IOException {
        String problem = "Error unpacking image alpine:3.20: apply layer error: no space left on device";
        open(visit -> {
            visit.readRequest();
            visit.json(200, LOADED + "\r\n{\"stream\":\"" + problem + "\\n\"}\r\n");
        });
        try (Response response = load("/images/load")) {
            assertThat(response.getStatusCode()).isEqualTo(500);
            assertThat(textOf(response)).isEqualTo("{\"message\":\"" + problem + "\"}");
        }
    }

    @Test
    void passesAnErrorStatusOn() throws IOException {
        open(visit -> {
            visit.readRequest();
            visit.json(404, "{\"message\":\"page not found\"}");
        });
        try (Response response = load("/images/load")) {
            assertThat(response.getStatusCode()).isEqualTo(404);
            assertThat(textOf(response)).contains("page not found");
        }
    }

    @Test
    void aDaemonThatDiesOverTheLoadIsAnError() throws IOException {
        open(visit -> {
            visit.readRequest();
            visit.write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
            chunk(visit, LOADED);
        });
        assertThatThrownBy(() -> load("/images/load"))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("the daemon closed the connection");
    }

    @Test
    void keepsALimitedPartOfALongReport() throws IOException {
        open(visit -> {
            visit.readRequest();
            visit.json(200, LOADED.repeat(20_000));
        });
        try (Response response = load("/images/load")) {
            assertThat(response.getBody().readAllBytes()).hasSizeBetween(100_000, 256 * 1024);
        }
    }

    private void open(Script script) throws IOException {
        daemon = ScriptedDaemon.on(Transport.UNIX, TlsMaterial.create(List.of("localhost")), script);
        client = DaemonHttpClient.open(daemon.uri(), null);
    }

    private Response load(String path) {
        return client.execute(Request.builder()
                .method(Request.Method.POST)
                .path(path)
                .body(new ByteArrayInputStream("archive".getBytes(StandardCharsets.UTF_8)))
                .build());
    }

    private static void chunk(ScriptedDaemon.Visit visit, String text) throws IOException {
        visit.write(Integer.toHexString(text.length()) + "\r\n" + text + "\r\n");
    }

    private static String textOf(Response response) throws IOException {
        return new String(response.getBody().readAllBytes(), StandardCharsets.UTF_8);
    }
}
