package io.nesteddocker.internal.options;

import static org.assertj.core.api.Assertions.assertThat;

import io.nesteddocker.ConnectionMode;
import io.nesteddocker.Privilege;
import io.nesteddocker.Proxies;
import java.net.URI;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that equal options have equal hashes in all programs, and that each option that affects the daemon changes the hash. */
class FingerprintTest {

    private static final Options PLAIN = Options.defaults();

    @Test
    void theSameOptionsHaveTheSameHash() {
        assertThat(container(PLAIN, one -> one.variable("A", "1").variable("B", "2"))
                        .fingerprint())
                .isEqualTo(container(PLAIN, one -> one.variable("B", "2").variable("A", "1"))
                        .fingerprint());
    }

    private static List<Options> others() {
        return List.of(
                container(PLAIN, one -> one.variable("A", "1")),
                container(PLAIN, one -> one.variable("A", "2")),
                container(PLAIN, one -> one.variable("A", "1").variable("B", "")),
                container(PLAIN, one -> one.label("a", "1")),
                container(PLAIN, one -> one.privilege(Privilege.privileged(), false)),
                container(PLAIN, one -> one.privilege(Privilege.privileged(), true)),
                network(Proxies.of(URI.create("http://user:one@proxy.example:3128"))),
                network(Proxies.of(URI.create("http://user:two@proxy.example:3128"))),
                connection(one -> one.port(0, true)),
                connection(one -> one.port(0, false)),
                connection(one -> one.mode(ConnectionMode.TUNNEL)));
    }

    @ParameterizedTest
    @MethodSource("others")
    void otherOptionsHaveAnotherHash(Options options) {
        assertThat(List.of(
                        PLAIN.fingerprint(),
                        others().stream()
                                .filter(other -> !other.equals(options))
                                .map(Options::fingerprint)
                                .toList()))
                .asString()
                .doesNotContain(options.fingerprint());
    }

    @Test
    void whoReceivesReportsMakesNoDifference() {
        Options heard = new Options(
                PLAIN.container(),
                PLAIN.daemon(),
                PLAIN.registries(),
                PLAIN.network(),
                PLAIN.storage(),
                PLAIN.connection(),
                PLAIN.lifecycle().logConsumer(line -> {}).progress(event -> {}));
        assertThat(heard.fingerprint()).isEqualTo(heard.silent().fingerprint());
    }

    private static Options container(Options options, Function<ContainerOptions, ContainerOptions> change) {
        return new Options(
                change.apply(options.container()),
                options.daemon(),
                options.registries(),
                options.network(),
                options.storage(),
                options.connection(),
                options.lifecycle());
    }

    private static Options network(Proxies proxies) {
        return new Options(
                PLAIN.container(),
                PLAIN.daemon(),
                PLAIN.registries(),
                PLAIN.network().proxies(proxies),
                PLAIN.storage(),
                PLAIN.connection(),
                PLAIN.lifecycle());
    }

    private static Options connection(Function<ConnectionOptions, ConnectionOptions> change) {
        return new Options(
                PLAIN.container(),
                PLAIN.daemon(),
                PLAIN.registries(),
                PLAIN.network(),
                PLAIN.storage(),
                change.apply(PLAIN.connection()),
                PLAIN.lifecycle());
    }
}
