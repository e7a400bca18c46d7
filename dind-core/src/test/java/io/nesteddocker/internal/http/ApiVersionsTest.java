package io.nesteddocker.internal.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nesteddocker.internal.http.ScriptedDaemon.Script;
import io.nesteddocker.internal.http.ScriptedDaemon.Transport;
import io.nesteddocker.internal.tls.TlsMaterial;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class ApiVersionsTest {

    @ParameterizedTest
    @CsvSource({"1.41,1.41", "1.52,1.52", "1.60,1.52", "2.1,1.52", "1.9,1.9"})
    void speaksTheLowerOfBothHighestVersions(String told, String agreed) throws IOException {
        assertThat(negotiate("HTTP/1.1 200 OK\r\nApi-Version: " + told + "\r\nContent-Length: 2\r\n\r\nOK"))
                .isEqualTo(agreed);
    }

    @Test
    void takesAnEngineThatTellsNoVersionForAnOldOne() throws IOException {
        assertThat(negotiate("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK")).isEqualTo("1.24");
    }

    @Test
    void refusesAServerThatIsNoEngine() {
        assertThatThrownBy(() -> negotiate("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nIt works!"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("it answered \"It works!\", which is not what a Docker engine answers to GET /_ping");
    }

    @Test
    void refusesAProxyThatRefuses() {
        assertThatThrownBy(() -> negotiate("HTTP/1.1 403 Forbidden\r\nContent-Length: 9\r\n\r\nForbidden"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("HTTP status 403: \"Forbidden\"");
    }

    @Test
    void refusesAVersionThatIsNone() {
        assertThatThrownBy(() -> negotiate("HTTP/1.1 200 OK\r\nApi-Version: x\r\nContent-Length: 2\r\n\r\nOK"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("its API version is \"x\"");
    }

    private static String negotiate(String answer) throws IOException {
        Script script = visit -> {
            visit.readRequest();
            visit.write(answer);
        };
        try (ScriptedDaemon daemon =
                        ScriptedDaemon.on(Transport.UNIX, TlsMaterial.create(List.of("localhost")), script);
                DaemonHttpClient client = DaemonHttpClient.open(daemon.uri(), null)) {
            String version = ApiVersions.negotiate(client).getVersion();
            assertThat(daemon.requests()).containsExactly("GET /_ping");
            return version;
        }
    }
}
