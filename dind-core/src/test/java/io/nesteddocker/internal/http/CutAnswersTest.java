package io.nesteddocker.internal.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.github.dockerjava.transport.DockerHttpClient.Request;
import com.github.dockerjava.transport.DockerHttpClient.Response;
import io.nesteddocker.internal.http.ScriptedDaemon.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests an engine that closes the connection in the middle of its answer, as if it was killed. */
@Timeout(60)
class CutAnswersTest {

    private static final String POOLED = "/info";
    private static final String DIRECT = "/containers/web/archive?path=%2F";
    private static final String BODY = "{\"Name\":\"a\",\"Warnings\":[]}";

    private static final String FIXED_LENGTH =
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + BODY.length() + "\r\n\r\n" + BODY;

    private static final String CHUNKED = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n7\r\n" + BODY.substring(0, 7) + "\r\n"
            + Integer.toHexString(BODY.length() - 7) + "\r\n" + BODY.substring(7) + "\r\n0\r\n\r\n";

    private static final String ERROR = "HTTP/1.1 500 Internal Server Error\r\nContent-Type: application/json\r\n"
            + "Content-Length: " + BODY.length() + "\r\n\r\n" + BODY;

    @Test
    void aWholeAnswerIsRead() throws IOException {
        for (String path : List.of(POOLED, DIRECT)) {
            for (String answer : List.of(FIXED_LENGTH, CHUNKED, ERROR)) {
                assertThat(read(path, answer)).as(path).isEqualTo(BODY);
            }
        }
    }

    /**
     * On pooled connections, Apache's client treats the end of the connection as the end of the head, and the body as empty. That does no
     * harm, because the answers there are JSON, and docker-java refuses an empty document.
     */
    @ParameterizedTest
    @CsvSource({"pooled, fixed", "pooled, chunked", "pooled, error", "direct, fixed", "direct, chunked", "direct, error"
    })
    void anAnswerThatIsCutOffAnywhereIsNeverTakenForAShorterOne(String connection, String kind) throws IOException {
        String path = connection.equals("pooled") ? POOLED : DIRECT;
        String whole = switch (kind) {
            case "fixed" -> FIXED_LENGTH;
            case "chunked" -> CHUNKED;
            default -> ERROR;
        };
        int lastByteOfBody = whole.lastIndexOf('}') + 1;
        AtomicReference<String> answer = new AtomicReference<>();
        try (ScriptedDaemon daemon = daemonThatHangsUpAfter(answer);
                DaemonHttpClient client = DaemonHttpClient.open(daemon.uri(), null)) {
            for (int length = 0; length < lastByteOfBody; length++) {
                answer.set(whole.substring(0, length));
                AtomicReference<String> read = new AtomicReference<>("");
                Throwable failure = catchThrowable(() -> read.set(read(client, path)));
                assertThat(read.get()).as("after %d bytes", length).isEmpty();
                if (path.equals(DIRECT) || length > whole.indexOf("\r\n\r\n") + 4) {
                    assertThat(failure)
                            .as("after %d of %d bytes", length, whole.length())
                            .isInstanceOfAny(IOException.class, UncheckedIOException.class);
                }
            }
        }
    }

    private static String read(String path, String answer) throws IOException {
        try (ScriptedDaemon daemon = daemonThatHangsUpAfter(new AtomicReference<>(answer));
                DaemonHttpClient client = DaemonHttpClient.open(daemon.uri(), null)) {
            return read(client, path);
        }
    }

    private static ScriptedDaemon daemonThatHangsUpAfter(AtomicReference<String> answer) throws IOException {
        return ScriptedDaemon.on(Transport.TCP, null, visit -> {
            visit.readRequest();
            visit.write(answer.get());
        });
    }

    private static String read(DaemonHttpClient client, String path) throws IOException {
        Request request =
                Request.builder().method(Request.Method.GET).path(path).build();
        try (Response response = client.execute(request)) {
            return new String(response.getBody().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
