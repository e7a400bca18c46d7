package io.nesteddocker.internal.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nesteddocker.internal.reach.ClientKeys;
import io.nesteddocker.internal.tls.TlsMaterial;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DaemonDialerTest {

    @ParameterizedTest
    @CsvSource({
        "unix:///var/run/docker.sock, unix:///var/run/docker.sock",
        "UNIX:///run/docker.sock, UNIX:///run/docker.sock",
        "npipe:////./pipe/docker_engine, npipe:////./pipe/docker_engine",
        "tcp://127.0.0.1:2375, tcp://127.0.0.1:2375",
        "tcp://127.0.0.1, tcp://127.0.0.1:2375",
        "http://localhost:80/, tcp://localhost:80",
        "tcp://proxy:80/engines/1/, tcp://proxy:80/engines/1",
        "tcp://[::1]:2375, tcp://[::1]:2375",
    })
    void understandsTheAddressesThatPeopleHave(URI given, URI understood) {
        assertThat(DaemonDialer.of(given, null).uri()).isEqualTo(understood);
    }

    @Test
    void assumesThePortOfTlsWhenThereAreCertificates() {
        TlsMaterial tls = TlsMaterial.create(List.of("localhost"));
        assertThat(DaemonDialer.of(
                                URI.create("https://localhost"),
                                ClientKeys.of(tls).context())
                        .uri())
                .isEqualTo(URI.create("tcp://localhost:2376"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "unix:x",
                "tcp:///",
                "tcp:x",
                "gopher://me@there",
                "/var/run/docker.sock",
                "https://localhost:2376"
            })
    void refusesOtherAddressesAndSaysWhichAreLegal(String given) {
        assertThatThrownBy(() -> DaemonDialer.of(URI.create(given), null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Tried to use " + URI.create(given))
                .hasMessageContaining("unix:///path/to/docker.sock");
    }
}
