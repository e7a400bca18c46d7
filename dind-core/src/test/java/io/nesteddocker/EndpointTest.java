package io.nesteddocker;

import static org.assertj.core.api.Assertions.assertThat;

import io.nesteddocker.internal.http.SocketAddress;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class EndpointTest {

    private static final Endpoint SOCKET = new Endpoint(URI.create("unix:///tmp/x/docker.sock"), null);
    private static final Endpoint TLS = new Endpoint(URI.create("tcp://127.0.0.1:4444"), Path.of("/tmp/certificates"));

    @Test
    void aSocketNeedsNoCertificates() {
        assertThat(SOCKET.environment())
                .containsEntry("DOCKER_HOST", "unix:///tmp/x/docker.sock")
                .containsEntry("DOCKER_TLS_VERIFY", "")
                .containsEntry("DOCKER_CERT_PATH", "");
    }

    @Test
    void aTlsPortNamesItsCertificates() {
        assertThat(TLS.environment())
                .containsEntry("DOCKER_HOST", "tcp://127.0.0.1:4444")
                .containsEntry("DOCKER_TLS_VERIFY", "1")
                .containsEntry("DOCKER_CERT_PATH", "/tmp/certificates");
    }

    @Test
    void aContextOfTheParentProcessIsUndone() {
        assertThat(TLS.environment()).containsEntry("DOCKER_CONTEXT", "");
    }

    /** Docker's clients would look for a file with a percent sign in its name. */
    @Test
    void aSocketsPathIsSaidAsItIs() {
        URI address = SocketAddress.of(Path.of("/tmp/with a blank/docker.sock"));
        assertThat(address.getPath()).isEqualTo("/tmp/with a blank/docker.sock");
        assertThat(new Endpoint(address, null).environment())
                .containsEntry("DOCKER_HOST", "unix:///tmp/with a blank/docker.sock");
    }
}
