package io.nesteddocker.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.WaitContainerResultCallback;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Info;
import com.github.dockerjava.api.model.Network;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerBuilder;
import io.nesteddocker.testing.Eventually;
import io.nesteddocker.testing.InnerContainers;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import io.nesteddocker.testing.TinyImage;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests the effect of each option, on a daemon with nearly all of them. */
@ExtendWith(LeakCheck.class)
@Timeout(120)
class OptionsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String NAME = "it-options-" + OuterTestEngine.thisJvm();
    private static final String NETWORK = "it-network-" + OuterTestEngine.thisJvm();
    private static final String ALIAS = "engine-room";
    private static final String NEIGHBOUR = "neighbour";

    private static final List<String> LOG = new CopyOnWriteArrayList<>();

    private static NestedDocker docker;
    private static String neighbour;

    @BeforeAll
    static void startWithOptions() {
        DockerClient outer = OuterTestEngine.client();
        outer.createNetworkCmd()
                .withName(NETWORK)
                .withLabels(Map.of(OuterTestEngine.MARK, OuterTestEngine.thisJvm()))
                .exec();
        neighbour = InnerContainers.startSleeper(
                outer,
                request -> request.withAliases(NEIGHBOUR)
                        .withLabels(Map.of(OuterTestEngine.MARK, OuterTestEngine.thisJvm()))
                        .withHostConfig(HostConfig.newHostConfig().withNetworkMode(NETWORK)));
        Info grants = outer.infoCmd().exec();
        NestedDockerBuilder builder = NestedDocker.builder();
        if (grants.getMemoryLimit()) {
            builder.memory("512m");
        }
        if (grants.getCpuCfsQuota()) {
            builder.cpus(1.5);
        }
        docker = builder.name(NAME)
                .network(NETWORK, ALIAS)
                .pidsLimit(700)
                .label("org.example.team", "builds")
                .environment("GREETING", "hello there")
                .environment("NO_PROXY", "registry.example")
                .daemonArgs("--label=org.example.rack=7", "--max-concurrent-downloads=2")
                .registryMirror(URI.create("http://mirror.example:5000"))
                .insecureRegistry("registry.example:5000")
                .addressPool("10.123.0.0/16", 28)
                .logLevel("debug")
                .minimumApiVersion("1.41")
                .logConsumer(LOG::add)
                .start();
        TinyImage.into(docker);
    }

    @AfterAll
    static void close() {
        if (docker != null) {
            docker.close();
        }
        if (neighbour != null) {
            OuterTestEngine.removeContainer(neighbour);
        }
        OuterTestEngine.client().removeNetworkCmd(NETWORK).exec();
    }

    @Test
    void nameIsTheContainersName() {
        assertThat(OuterTestEngine.inspect(NAME).orElseThrow().getId()).isEqualTo(docker.daemonContainerId());
    }

    @Test
    void networkAndAliasAreKnownToItsNeighbours() {
        assertThat(InnerContainers.exec(OuterTestEngine.client(), neighbour, "ping", "-c", "1", ALIAS))
                .contains("1 packets received");
    }

    @Test
    void innerContainersReachNeighboursOfTheDaemonContainerByName() {
        assertThat(InnerContainers.output(docker.client(), "ping", "-c", "1", NEIGHBOUR))
                .contains("1 packets received");
    }

    @Test
    void innerContainersOnNetworksOfTheirOwnReachNeighboursByName() {
        String network =
                docker.client().createNetworkCmd().withName("own").exec().getId();
        assertThat(InnerContainers.output(
                        docker.client(),
                        request -> request.withHostConfig(
                                HostConfig.newHostConfig().withNetworkMode("own")),
                        "ping",
                        "-c",
                        "1",
                        NEIGHBOUR))
                .contains("1 packets received");
        docker.client().removeNetworkCmd(network).exec();
    }

    @Test
    void memoryIsTheContainersLimit() {
        assumeMemoryCanBeLimited();
        assertThat(limit("memory.max", "memory/memory.limit_in_bytes")).isEqualTo(String.valueOf(512L << 20));
    }

    @Test
    void innerContainersTogetherGetNoMoreThanTheMemory() {
        assumeMemoryCanBeLimited();
        String glutton = InnerContainers.start(docker.client(), request -> request, "tail", "/dev/zero");
        Integer exitCode = docker.client()
                .waitContainerCmd(glutton)
                .exec(new WaitContainerResultCallback())
                .awaitStatusCode(60, TimeUnit.SECONDS);
        assertThat(exitCode)
                .as("137 is the exit code of what the kernel killed")
                .isEqualTo(137);
    }

    @Test
    void cpusAreTheContainersLimit() {
        assumeThat(OuterTestEngine.client().infoCmd().exec().getCpuCfsQuota())
                .as("CpuCfsQuota in the outer engine's info")
                .isTrue();
        HostConfig limits = OuterTestEngine.inspect(NAME).orElseThrow().getHostConfig();
        assertThat(limits.getNanoCPUs()).isEqualTo(1_500_000_000L);
    }

    @Test
    void pidsLimitIsTheContainersLimit() {
        assumeThat(OuterTestEngine.client().infoCmd().exec().getRawValues())
                .as(
                        "the outer engine's info, whose PidsLimit is false where the host keeps the controller from its cgroups")
                .containsEntry("PidsLimit", true);
        assertThat(limit("pids.max", "pids/pids.max")).isEqualTo("700");
    }

    @Test
    void labelsAreOnTheContainer() {
        assertThat(OuterTestEngine.inspect(NAME).orElseThrow().getConfig().getLabels())
                .containsEntry("org.example.team", "builds");
    }

    @Test
    void environmentReachesTheContainer() {
        assertThat(docker.exec("sh", "-c", "printf %s \"$GREETING\"").stdout()).isEqualTo("hello there");
    }

    @Test
    void environmentReachesTheDaemon() {
        assertThat(info().getNoProxy()).isEqualTo("registry.example");
    }

    @Test
    void daemonArgsReachTheDaemon() {
        assertThat(info().getLabels()).contains("org.example.rack=7");
    }

    @Test
    void minimumApiVersionIsWhatTheDaemonReports() {
        assumeThat(Integer.parseInt(docker.engine().version().split("\\.")[0]))
                .as("the engine's major version; engines before 25 ignore the option")
                .isGreaterThanOrEqualTo(25);
        assertThat(docker.client().versionCmd().exec().getRawValues()).containsEntry("MinAPIVersion", "1.41");
    }

    @Test
    void registryMirrorsReachTheDaemon() {
        assertThat(info().getRegistryConfig().getMirrors())
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .containsExactly("http://mirror.example:5000/");
    }

    @Test
    void insecureRegistriesReachTheDaemon() {
        assertThat(info().getRegistryConfig().getIndexConfigs()).containsKey("registry.example:5000");
    }

    @Test
    void innerNetworksAreCutFromTheAddressPool() {
        String network =
                docker.client().createNetworkCmd().withName("cut").exec().getId();
        List<Network.Ipam.Config> addresses = docker.client()
                .inspectNetworkCmd()
                .withNetworkId(network)
                .exec()
                .getIpam()
                .getConfig();
        docker.client().removeNetworkCmd(network).exec();
        assertThat(addresses)
                .singleElement()
                .extracting(Network.Ipam.Config::getSubnet)
                .asString()
                .matches("10\\.123\\.\\d+\\.\\d+/28");
    }

    @Test
    void logLevelIsTheDaemons() {
        assertThat(LOG).anyMatch(line -> line.contains("level=debug"));
    }

    @Test
    void logConsumerHearsFromTheBeginning() {
        assertThat(LOG).anyMatch(line -> line.contains("Starting up"));
    }

    @Test
    void logConsumerHearsOn() {
        int before = LOG.size();
        InnerContainers.output(docker.client(), "true");
        assertThat(Eventually.holds(PATIENCE, () -> LOG.size() > before)).isTrue();
    }

    @Test
    void logsAreWhatTheConsumerHeardLast() {
        assertThat(LOG).containsAll(docker.logs().subList(0, 10));
    }

    private static void assumeMemoryCanBeLimited() {
        assumeThat(OuterTestEngine.client().infoCmd().exec().getMemoryLimit())
                .as("MemoryLimit in the outer engine's info")
                .isTrue();
    }

    private static Info info() {
        return docker.client().infoCmd().exec();
    }

    /** Reads a limit of the daemon container's cgroup; the first file is that of cgroup v2, the second that of v1. */
    private static String limit(String second, String first) {
        return docker.exec("sh", "-c", "cd /sys/fs/cgroup; cat " + first + " 2>/dev/null || cat " + second)
                .stdout()
                .strip();
    }
}
