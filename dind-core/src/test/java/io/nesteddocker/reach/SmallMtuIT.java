package io.nesteddocker.reach;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.testing.InnerContainers;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import io.nesteddocker.testing.TinyImage;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests a daemon on an outer network with a small MTU, as behind a VPN or an overlay. The ICMP messages about packets that are too big are
 * dropped, as many firewalls do. The other end accepts large packets and would send them, so data arrives only if the inner network
 * announces its small MTU when it opens the connection.
 */
@Timeout(120)
@ExtendWith(LeakCheck.class)
class SmallMtuIT {

    private static final String MTU = "1280";
    private static final String NETWORK = "nested-docker-test-small-mtu-" + OuterTestEngine.thisJvm();
    private static final String USER_NETWORK = "of-a-user";

    /** A command that prints five million bytes, different in each packet. */
    private static final String CONTENT = "seq 1000000 1714285 | head -c 5000000";

    private static NestedDocker docker;
    private static String server;
    private static String serverAddress;

    @BeforeAll
    static void start() {
        DockerClient outer = OuterTestEngine.client();
        outer.createNetworkCmd()
                .withName(NETWORK)
                .withOptions(Map.of("com.docker.network.driver.mtu", MTU))
                .withLabels(Map.of(OuterTestEngine.MARK, OuterTestEngine.thisJvm()))
                .exec();
        server = InnerContainers.start(
                outer,
                request -> request.withHostConfig(HostConfig.newHostConfig()
                                .withNetworkMode(NETWORK)
                                .withCapAdd(Capability.NET_ADMIN))
                        .withLabels(Map.of(OuterTestEngine.MARK, OuterTestEngine.thisJvm())),
                "sh",
                "-c",
                "ip link set dev eth0 mtu 1500; " + CONTENT
                        + " >/content; nc -ll -p 7 -e cat /content & exec nc -ll -p 8 -e md5sum");
        serverAddress = OuterTestEngine.inspect(server)
                .orElseThrow()
                .getNetworkSettings()
                .getNetworks()
                .get(NETWORK)
                .getIpAddress();
        docker = NestedDocker.builder().network(NETWORK).images(TinyImage.NAME).start();

        docker.client().createNetworkCmd().withName(USER_NETWORK).exec();
        docker.exec("iptables", "-A", "OUTPUT", "-p", "icmp", "-j", "DROP");
    }

    @AfterAll
    static void stop() {
        if (docker != null) {
            docker.close();
        }
        if (server != null) {
            OuterTestEngine.removeContainer(server);
        }
        OuterTestEngine.client().removeNetworkCmd(NETWORK).exec();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bridge", USER_NETWORK})
    void muchArrivesFromOutside(String network) {
        assertThat(inside(network, "nc -w 10 " + serverAddress + " 7 | md5sum")).isEqualTo(sum());
    }

    @ParameterizedTest
    @ValueSource(strings = {"bridge", USER_NETWORK})
    void muchArrivesOutside(String network) {
        assertThat(inside(network, CONTENT + " >/content; nc -w 10 " + serverAddress + " 8 </content"))
                .isEqualTo(sum());
    }

    private static String inside(String network, String script) {
        return InnerContainers.output(
                docker.client(),
                request -> request.withHostConfig(HostConfig.newHostConfig().withNetworkMode(network)),
                "sh",
                "-c",
                script);
    }

    private static String sum() {
        return InnerContainers.output(OuterTestEngine.client(), "sh", "-c", CONTENT + " | md5sum");
    }
}
