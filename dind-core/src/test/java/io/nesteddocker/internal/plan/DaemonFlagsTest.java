package io.nesteddocker.internal.plan;

import static io.nesteddocker.internal.plan.Plans.FOLDER;
import static io.nesteddocker.internal.plan.Plans.NO_FOLDER;
import static io.nesteddocker.internal.plan.Plans.flags;
import static org.assertj.core.api.Assertions.assertThat;

import io.nesteddocker.NestedDocker;
import io.nesteddocker.StorageDriver;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Tests the flags of {@code dockerd} that result from options. */
class DaemonFlagsTest {

    @Test
    void withoutOptionsTheApiIsOnASocketAlone() {
        assertThat(flags(NestedDocker.builder(), Facts.local(), FOLDER))
                .containsExactly(
                        "--host=unix:///var/run/docker.sock",
                        "--label=io.nesteddocker.shared-folder=/tmp/nested-docker-1/2",
                        "--host=unix:///nested-docker/shared/docker.sock",
                        "--group=1000",
                        "--shutdown-timeout=2",
                        "--bip=172.18.0.1/16",
                        "--default-address-pool=base=172.31.0.0/16,size=24",
                        "--label=io.nesteddocker.depth=1",
                        "--label=io.nesteddocker.networks=172.17.0.0/16+172.18.0.0/16+172.31.0.0/16");
    }

    @Test
    void aPortMeansMutualTls() {
        assertThat(flags(NestedDocker.builder().port(4444), Facts.local(), NO_FOLDER))
                .contains(
                        "--host=tcp://0.0.0.0:2376",
                        "--tlsverify",
                        "--tlscacert=/nested-docker/tls/ca.pem",
                        "--tlscert=/nested-docker/tls/server-cert.pem",
                        "--tlskey=/nested-docker/tls/server-key.pem")
                .doesNotContain("--tls=false");
    }

    @Test
    void aPortReplacesTheSocketOfTheSharedFolder() {
        assertThat(flags(NestedDocker.builder().port(4444), Facts.local(), FOLDER))
                .contains("--label=io.nesteddocker.shared-folder=/tmp/nested-docker-1/2")
                .doesNotContain("--host=unix:///nested-docker/shared/docker.sock");
    }

    @Test
    void theApiListensOnNetworksWithMutualTlsBesideTheSocket() {
        assertThat(flags(NestedDocker.builder().listenOnNetworks(), Facts.local(), FOLDER))
                .contains(
                        "--host=unix:///nested-docker/shared/docker.sock",
                        "--host=tcp://0.0.0.0:2376",
                        "--tlsverify",
                        "--tlscacert=/nested-docker/tls/ca.pem",
                        "--tlscert=/nested-docker/tls/server-cert.pem",
                        "--tlskey=/nested-docker/tls/server-key.pem");
    }

    @Test
    void aPortListensOnNetworksAlready() {
        assertThat(flags(NestedDocker.builder().port(4444).listenOnNetworks(), Facts.local(), FOLDER))
                .isEqualTo(flags(NestedDocker.builder().port(4444), Facts.local(), FOLDER));
    }

    @Test
    void anInsecurePortSaysThatItIsMeant() {
        assertThat(flags(NestedDocker.builder().insecurePort(4444), Facts.local(), NO_FOLDER))
                .contains("--host=tcp://0.0.0.0:2375", "--tls=false")
                .doesNotContain("--tlsverify");
    }

    @Test
    void registriesBecomeFlags() {
        assertThat(flags(NestedDocker.builder()
                        .registryMirror(URI.create("http://one.example:5000"))
                        .registryMirror(URI.create("https://two.example"))
                        .insecureRegistry("three.example:5000")
                        .insecureRegistry("10.1.0.0/16")))
                .contains(
                        "--registry-mirror=http://one.example:5000",
                        "--registry-mirror=https://two.example",
                        "--insecure-registry=three.example:5000",
                        "--insecure-registry=10.1.0.0/16");
    }

    @Test
    void theLogLevelBecomesAFlag() {
        assertThat(flags(NestedDocker.builder().logLevel("warn"))).contains("--log-level=warn");
    }

    @Test
    void theStorageDriverBecomesAFlag() {
        assertThat(flags(NestedDocker.builder().storageDriver(StorageDriver.VFS)))
                .contains("--storage-driver=vfs");
    }

    @Test
    void theContainerdStoreBecomesAFeatureAndADriver() {
        assertThat(flags(NestedDocker.builder().storageDriver(StorageDriver.CONTAINERD_OVERLAYFS)))
                .contains("--feature=containerd-snapshotter=true", "--storage-driver=overlayfs");
    }

    @Test
    void ownFlagsComeLast() {
        assertThat(flags(NestedDocker.builder().daemonArgs("--mtu=1400", "--debug")))
                .endsWith("--mtu=1400", "--debug");
    }

    @Test
    void theStopTimeoutIsDockerdsToo() {
        assertThat(flags(NestedDocker.builder().stopTimeout(Duration.ofSeconds(30))))
                .contains("--shutdown-timeout=30");
    }

    @Test
    void anOwnBridgeReplacesThePlannedOne() {
        assertThat(flags(NestedDocker.builder().daemonArgs("--bip=10.9.0.1/24")))
                .contains("--bip=10.9.0.1/24")
                .doesNotContain("--bip=172.18.0.1/16");
    }

    /** dockerd chooses no network from a pool that overlaps its bridge. */
    @Test
    void thePlannedPoolIsClearOfAnOwnBridge() {
        assertThat(flags(NestedDocker.builder().daemonArgs("--bip=172.31.0.1/16")))
                .contains("--default-address-pool=base=172.30.0.0/16,size=24");
    }

    @Test
    void thePlannedBridgeIsClearOfAnOwnPoolArgument() {
        assertThat(flags(NestedDocker.builder().daemonArgs("--default-address-pool=base=172.18.0.0/16,size=24")))
                .contains("--bip=172.19.0.1/16");
    }

    @Test
    void ownAddressPoolsReplaceThePlannedOne() {
        assertThat(flags(NestedDocker.builder().addressPool("10.200.0.0/16", 24).addressPool("10.201.0.0/16", 26)))
                .filteredOn(flag -> flag.startsWith("--default-address-pool"))
                .containsExactly(
                        "--default-address-pool=base=10.200.0.0/16,size=24",
                        "--default-address-pool=base=10.201.0.0/16,size=26");
    }

    @Test
    void theBridgeIsClearOfOwnAddressPools() {
        assertThat(flags(NestedDocker.builder().addressPool("172.18.0.0/16", 24)))
                .contains("--bip=172.19.0.1/16");
    }

    /** The error message of {@link AddressPlan} gives this advice. */
    @Test
    void ownAddressesHelpWhereAllPrivateRangesAreTaken() {
        Facts crowded = Facts.local().using("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16");
        assertThat(flags(
                        NestedDocker.builder().addressPool("100.64.0.0/16", 24).daemonArgs("--bip=100.65.0.1/24"),
                        crowded,
                        FOLDER))
                .contains("--bip=100.65.0.1/24", "--default-address-pool=base=100.64.0.0/16,size=24");
    }

    @Test
    void theNextLevelHearsOfAllNetworksAbove() {
        assertThat(flags(
                        NestedDocker.builder(),
                        Facts.local().atDepth(2).using("172.17.0.0/16", "172.18.0.0/16", "172.31.0.0/16"),
                        FOLDER))
                .contains(
                        "--label=io.nesteddocker.depth=3",
                        "--label=io.nesteddocker.networks=172.17.0.0/16+172.18.0.0/16+172.31.0.0/16+172.19.0.0/16+172.30.0.0/16");
    }
}
