package io.nesteddocker;

import static org.assertj.core.api.Assertions.assertThat;

import io.nesteddocker.internal.options.Options;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests which options a spec shows, and which it hides. */
class NestedDockerSpecTest {

    private final NestedDockerBuilder builder = NestedDocker.builder();

    @Test
    void specsWithTheSameOptionsAreEqual() {
        NestedDockerSpec spec = full().spec();

        assertThat(full().spec()).isEqualTo(spec).hasSameHashCodeAs(spec);
        assertThat(spec.toBuilder().spec()).isEqualTo(spec);
    }

    @Test
    void specsWithOtherOptionsAreNotEqual() {
        assertThat(full().memory("1g").spec()).isNotEqualTo(full().spec());
    }

    @Test
    void aSpecDoesNotChangeWithItsBuilder() {
        NestedDockerSpec spec = builder.spec();
        builder.memory("1g");

        assertThat(spec.memoryLimit()).isEmpty();
    }

    @Test
    void theTextShowsNothingThatMayBeSecret() {
        assertThat(full().spec().toString())
                .contains("image=docker:29-dind", "TOKEN", "registry.example", "--log-opt", "port=0")
                .doesNotContain("hunter2");
    }

    @ParameterizedTest
    @CsvSource({"true, 0, false, name(\"mine\")", "false, 4444, false, port(4444)", "false, 0, true, a named volume"})
    void anOptionThatOnlyOneDaemonCanHaveIsNamed(boolean named, int port, boolean volume, String option) {
        builder.port(port);
        if (named) {
            builder.name("mine");
        }
        if (volume) {
            builder.dataRoot(DataRoot.volume("data"));
        }

        assertThat(builder.spec().singleUseOption()).contains(option);
    }

    @Test
    void aPlainSpecStartsAnyNumberOfDaemons() {
        assertThat(builder.port(0).spec().singleUseOption()).isEmpty();
    }

    @Test
    void proxiesThatGetAnAddressAreNoLongerInherited() {
        Proxies proxies = Proxies.inherit().https(URI.create("http://proxy.example:3128"));

        assertThat(proxies)
                .isNotEqualTo(Proxies.inherit())
                .returns("", Proxies::http)
                .returns(false, Proxies::inherited);
    }

    @Test
    void aSeedFillerGetsOnlyTheOptionsThatChooseTheStore() {
        Options seed =
                full().name("mine").spec().options().forSeed("seed-1", StorageDriver.OVERLAY2, Duration.ofSeconds(9));

        assertThat(seed.container().name()).isEmpty();
        assertThat(seed.container().environment()).containsOnlyKeys("TOKEN");
        assertThat(seed.container().labels()).isEmpty();
        assertThat(seed.daemon().storageDriver()).contains(StorageDriver.OVERLAY2);
        assertThat(seed.daemon().arguments()).isNotEmpty();
        assertThat(seed.registries().credentials()).isEmpty();
        assertThat(seed.storage().dataRoot()).isEqualTo(DataRoot.volume("seed-1"));
        assertThat(seed.connection().apiPort()).isEmpty();
        assertThat(seed.lifecycle().startupTimeout()).isEqualTo(Duration.ofSeconds(9));
    }

    private static NestedDockerBuilder full() {
        return NestedDocker.builder()
                .image("docker:29-dind")
                .port(0)
                .environment("TOKEN", "hunter2")
                .label("team", "hunter2")
                .registryCredentials("registry.example", "me", "hunter2")
                .proxies(Proxies.of(URI.create("http://me:hunter2@proxy.example:3128")))
                .daemonArgs("--log-opt=splunk-token=hunter2");
    }
}
