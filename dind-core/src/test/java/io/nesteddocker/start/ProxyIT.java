package io.nesteddocker.start;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.HostConfig;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.Proxies;
import io.nesteddocker.testing.Eventually;
import io.nesteddocker.testing.InnerContainers;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests a daemon behind a proxy; the proxy is a container that logs its requests. */
@ExtendWith(LeakCheck.class)
@Timeout(120)
class ProxyIT {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String NETWORK = "it-proxy-" + OuterTestEngine.thisJvm();
    private static final String PASSWORD = "a-password-of-this-test";

    private static String proxy;
    private static NestedDocker docker;

    @BeforeAll
    static void start() {
        Map<String, String> mark = Map.of(OuterTestEngine.MARK, OuterTestEngine.thisJvm());
        OuterTestEngine.client()
                .createNetworkCmd()
                .withName(NETWORK)
                .withLabels(mark)
                .exec();
        proxy = InnerContainers.start(
                OuterTestEngine.client(),
                request -> request.withAliases("proxy.test")
                        .withLabels(mark)
                        .withHostConfig(HostConfig.newHostConfig().withNetworkMode(NETWORK)),
                "sh",
                "-c",
                "trap 'exit 0' TERM; while :; do nc -l -p 3128 </dev/null; done");
        docker = NestedDocker.builder()
                .network(NETWORK)
                .proxies(Proxies.of(URI.create("http://tester:" + PASSWORD + "@proxy.test:3128"), "direct.test"))
                .start();
    }

    @AfterAll
    static void close() {
        if (docker != null) {
            docker.close();
        }
        OuterTestEngine.removeContainer(proxy);
        OuterTestEngine.client().removeNetworkCmd(NETWORK).exec();
    }

    @Test
    void aPullGoesThroughTheProxy() {
        docker.exec("docker", "pull", "behind.test/image:1");
        assertThat(Eventually.holds(PATIENCE, () -> asked().contains("CONNECT behind.test:443")))
                .as(asked())
                .isTrue();
    }

    @Test
    void aPullFromAnExceptedHostBypassesTheProxy() {
        docker.exec("docker", "pull", "direct.test/image:1");
        docker.exec("docker", "pull", "127.0.0.1:5999/image:1");
        assertThat(asked()).doesNotContain("direct.test").doesNotContain("5999");
    }

    @Test
    void innerNetworksAreReachedWithoutIt() {
        String gateway = docker.client()
                .inspectNetworkCmd()
                .withNetworkId("bridge")
                .exec()
                .getIpam()
                .getConfig()
                .get(0)
                .getGateway();
        docker.exec("docker", "pull", gateway + ":5998/image:1");
        assertThat(asked()).doesNotContain("5998");
    }

    @Test
    void whoInspectsTheDaemonContainerSeesNoPassword() {
        assertThat(OuterTestEngine.inspect(docker.daemonContainerId())
                        .orElseThrow()
                        .toString())
                .doesNotContain(PASSWORD);
        assertThat(docker.logs()).isNotEmpty().noneMatch(line -> line.contains(PASSWORD));
    }

    private static String asked() {
        return InnerContainers.log(OuterTestEngine.client(), proxy);
    }
}
