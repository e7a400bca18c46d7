package io.nesteddocker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.nesteddocker.Endpoint.Neighbour;
import io.nesteddocker.internal.ClientKeyCopier;
import io.nesteddocker.internal.http.SocketAddress;
import io.nesteddocker.testing.ErrorSentence;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {

    private static final Endpoint SOCKET = new Endpoint(URI.create("unix:///tmp/x/docker.sock"), null);
    private static final Endpoint TLS = new Endpoint(URI.create("tcp://127.0.0.1:4444"), Path.of("/tmp/certificates"));

    private static final ClientKeyCopier COURIER = new ClientKeyCopier() {
        @Override
        public void copyInto(String container, String folder, int userId) {
            throw new UnsupportedOperationException();
        }

        @Override
        public String volume(int userId) {
            return "keys-" + userId;
        }
    };

    private static final Neighbour NEIGHBOUR = new Neighbour(URI.create("tcp://dind-1:2376"), COURIER);

    @Test
    void aNeighbourGetsAllVariablesThatDockersClientsRead() {
        assertThat(NEIGHBOUR.environment())
                .isEqualTo(Map.of(
                        "DOCKER_HOST", "tcp://dind-1:2376",
                        "DOCKER_TLS_VERIFY", "1",
                        "DOCKER_CERT_PATH", "/nested-docker-certs",
                        "DOCKER_CONTEXT", ""));
    }

    @Test
    void aNeighbourFindsTheFilesInAnotherFolder() {
        Neighbour elsewhere = NEIGHBOUR.in("/certs/client");
        assertThat(elsewhere.environment()).containsEntry("DOCKER_CERT_PATH", "/certs/client");
        assertThat(elsewhere.bind()).isEqualTo("keys-0:/certs/client:ro");
        assertThat(NEIGHBOUR.certificatesDirectory()).isEqualTo("/nested-docker-certs");
    }

    @Test
    void aNeighbourThatIsNotRootHasAVolumeOfItsOwn() {
        assertThat(NEIGHBOUR.forUser(1000).bind()).isEqualTo("keys-1000:/nested-docker-certs:ro");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "certs", "/", "//certs", "/certs/", "/a/../etc", "/a/.", "/a:b", "/a\tb"})
    void aFolderThatCanNotBeMountedIsRefused(String folder) {
        ErrorSentence.of(catchThrowable(() -> NEIGHBOUR.in(folder)))
                .tried("set the folder for certificates in a neighbour")
                .because("that is no absolute path below the root folder")
                .cure("give one such as /certs/client");
    }

    @Test
    void aUserWithANegativeNumberIsRefused() {
        ErrorSentence.of(catchThrowable(() -> NEIGHBOUR.forUser(-1)))
                .tried("give certificates to the user -1")
                .because("a user's number can't be negative")
                .cure("give the number that `id -u` prints");
    }

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

    /** Docker's clients do not decode the path, so an escaped blank would name another file. */
    @Test
    void aSocketsPathIsSaidAsItIs() {
        URI address = SocketAddress.of(Path.of("/tmp/with a blank/docker.sock"));
        assertThat(address.getPath()).isEqualTo("/tmp/with a blank/docker.sock");
        assertThat(new Endpoint(address, null).environment())
                .containsEntry("DOCKER_HOST", "unix:///tmp/with a blank/docker.sock");
    }
}
