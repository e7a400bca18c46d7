package io.nesteddocker.internal.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SshTunnelTest {

    private static final String USUAL = "-T -o BatchMode=yes -o ConnectTimeout=10";

    @ParameterizedTest
    @CsvSource({
        "ssh://there,-- there docker system dial-stdio",
        "ssh://me@there,-l me -- there docker system dial-stdio",
        "ssh://me@there:2222,-p 2222 -l me -- there docker system dial-stdio",
        "ssh://there/run/my.sock,-- there docker --host 'unix:///run/my.sock' system dial-stdio",
        "ssh://[::1],-- ::1 docker system dial-stdio",
    })
    void theCommandIsTheDockerCommandsOwn(String address, String command) throws IOException {
        SshTunnel tunnel = SshTunnel.to(URI.create(address), List.of("echo"));
        try (DaemonConnection connection = tunnel.open()) {
            assertThat(new String(connection.input().readAllBytes(), StandardCharsets.US_ASCII).strip())
                    .isEqualTo(USUAL + " " + command);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ssh:there", "ssh://me:secret@there"})
    void whatSshCanNotTakeIsRefused(String address) {
        assertThatThrownBy(() -> SshTunnel.to(URI.create(address), List.of("ssh")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("secret");
    }

    @Test
    void whatSshSaysAtItsEndIsTheReason() throws IOException {
        SshTunnel tunnel = SshTunnel.to(URI.create("ssh://there"), List.of("sh", "-c", "echo no way >&2; exit 255"));
        try (DaemonConnection connection = tunnel.open()) {
            assertThatThrownBy(() -> connection.input().read())
                    .isInstanceOf(IOException.class)
                    .hasMessage("ssh ended with 255: no way");
        }
    }
}
