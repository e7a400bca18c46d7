package io.nesteddocker.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import io.nesteddocker.ConnectionMode;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import io.nesteddocker.testing.TinyImage;
import io.nesteddocker.testkit.testcontainers.NestedTestcontainers;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.lifecycle.Startables;

/** Tests Testcontainers against nested daemons in this JVM; the engines' own lists show where each container is. */
@ExtendWith(LeakCheck.class)
class NestedTestcontainersIT {

    private static NestedDocker one;
    private static NestedDocker other;

    @BeforeAll
    static void start() {
        CompletableFuture<NestedDocker> direct =
                CompletableFuture.supplyAsync(() -> NestedDocker.builder().start());
        other = NestedDocker.builder().connection(ConnectionMode.TUNNEL).start();
        one = direct.join();
    }

    @AfterAll
    static void close() {
        one.close();
        other.close();
    }

    @Test
    void containersAreInsideMeanwhileAndOutsideBeforeAndAfter() throws IOException {
        try (WebContainer before = WebContainer.started("before")) {
            String outerId = before.getContainerId();
            ContainerPlace.assertOutsideOnly(outerId, one, other);
            try (NestedTestcontainers inside = NestedTestcontainers.use(one);
                    WebContainer meanwhile = WebContainer.started("inside")) {
                ContainerPlace.assertInsideOnly(meanwhile.getContainerId(), one, other);
                assertThat(meanwhile.page()).isEqualTo("inside");
                // Meanwhile getHost() returns the loopback address for all containers.
                if (OuterTestEngine.loopbackIsTheEngines()) {
                    assertThat(before.page()).isEqualTo("before");
                }
                assertThat(before.sees("hostname")).isEqualTo(outerId.substring(0, 12));
            }
            try (WebContainer after = WebContainer.started("after")) {
                ContainerPlace.assertOutsideOnly(after.getContainerId(), one, other);
                assertThat(after.page()).isEqualTo("after");
            }
        }
    }

    @Test
    void aWaitStrategyReachesTheMappedPort() {
        try (NestedTestcontainers inside = NestedTestcontainers.use(other);
                WebContainer web = new WebContainer("ready")
                        .waitingFor(
                                Wait.forHttp("/").forPort(WebContainer.PORT).forResponsePredicate("ready"::equals))) {
            web.start();

            assertThat(web.getHost()).isEqualTo("localhost");
            assertThat(web.page()).isEqualTo("ready");
        }
    }

    /** Testcontainers reads the port from this request when it waits for a Compose service. */
    @Test
    void theRequestForAFixedPortIsShownAsOneForTheMappedPort() {
        try (NestedTestcontainers inside = NestedTestcontainers.use(other);
                WebContainer web = new WebContainer("fixed")) {
            web.withCreateContainerCmdModifier(command ->
                    command.getHostConfig().withPortBindings(PortBinding.parse("18080:" + WebContainer.PORT)));
            web.start();

            assertThat(web.getCurrentContainerInfo()
                            .getHostConfig()
                            .getPortBindings()
                            .getBindings()
                            .get(ExposedPort.tcp(WebContainer.PORT)))
                    .extracting(Ports.Binding::getHostPortSpec)
                    .containsExactly(String.valueOf(web.getMappedPort(WebContainer.PORT)));
            assertThat(web.page()).isEqualTo("fixed");
        }
    }

    @Test
    void containersOfOneNetworkSeeEachOtherByName() throws Exception {
        try (NestedTestcontainers inside = NestedTestcontainers.use(one);
                Network network = Network.newNetwork();
                WebContainer web =
                        new WebContainer("hello").withNetwork(network).withNetworkAliases("web");
                WebContainer client =
                        new WebContainer("client").withNetwork(network).dependsOn(web)) {
            client.start();

            ContainerPlace.assertInsideOnly(web.getContainerId(), one, other);
            ContainerPlace.assertInsideOnly(client.getContainerId(), one, other);
            assertThat(one.client()
                            .inspectNetworkCmd()
                            .withNetworkId(network.getId())
                            .exec()
                            .getContainers())
                    .containsOnlyKeys(web.getContainerId(), client.getContainerId());
            assertThat(client.sees("wget", "-q", "-O", "-", "http://web:8080/")).isEqualTo("hello");
        }
    }

    @Test
    void threadsThatRunAtTheSameTimeUseDifferentDaemons() {
        List<CompletableFuture<String>> landings = Stream.of(one, other, one, other)
                .map(docker -> CompletableFuture.supplyAsync(
                        () -> {
                            try (NestedTestcontainers inside = NestedTestcontainers.use(docker);
                                    WebContainer first = new WebContainer("first");
                                    WebContainer second = new WebContainer("second")) {
                                Startables.deepStart(first, second).join();
                                ContainerPlace.assertInsideOnly(
                                        first.getContainerId(), docker, docker == one ? other : one);
                                ContainerPlace.assertInsideOnly(
                                        second.getContainerId(), docker, docker == one ? other : one);
                                return first.page() + second.page();
                            }
                        },
                        task -> new Thread(task).start()))
                .toList();
        try (WebContainer outer = WebContainer.started("outer")) {
            ContainerPlace.assertOutsideOnly(outer.getContainerId(), one, other);
            assertThat(landings)
                    .allSatisfy(landing -> assertThat(landing.join()).isEqualTo("firstsecond"));
        }
    }

    @Test
    void theLatestOpenUseAppliesEvenIfClosedOutOfOrder() {
        NestedTestcontainers older = NestedTestcontainers.use(one);
        NestedTestcontainers newer = NestedTestcontainers.use(other);
        assertThat(name()).isEqualTo(nameOf(other));

        older.close();
        assertThat(name()).isEqualTo(nameOf(other));

        newer.close();
        newer.close();
        assertThat(name()).isNotEqualTo(nameOf(one)).isNotEqualTo(nameOf(other));
    }

    @Test
    void aContainerIsReachedAndStoppedFromThreadsThatAreElsewhere() {
        try (NestedTestcontainers inside = NestedTestcontainers.use(other)) {
            WebContainer web = WebContainer.started("here");
            String id = web.getContainerId();
            CompletableFuture.runAsync(
                            () -> {
                                assertThat(web.isRunning()).isTrue();
                                assertThat(web.sees("hostname")).isEqualTo(id.substring(0, 12));
                                web.stop();
                            },
                            task -> new Thread(task).start())
                    .join();

            ContainerPlace.assertNowhere(id, one, other);
        }
    }

    @Test
    void mappedPortsEndWithTheContainer() throws IOException {
        int port;
        try (NestedTestcontainers inside = NestedTestcontainers.use(one);
                WebContainer web = WebContainer.started("short")) {
            port = web.getMappedPort(WebContainer.PORT);
        }
        try (ServerSocket free = new ServerSocket(port)) {
            assertThat(free.isBound()).isTrue();
        }
    }

    @Test
    void anImageOfTheDaemonAloneIsNotTakenForOneOfTheOuterEngine() {
        String name = "nested-docker-test-inside:" + ProcessHandle.current().pid();
        TinyImage.into(one);
        one.client()
                .tagImageCmd(TinyImage.NAME, name.split(":")[0], name.split(":")[1])
                .exec();
        try (NestedTestcontainers inside = NestedTestcontainers.use(one);
                GenericContainer<?> container = new GenericContainer<>(name).withCommand("sleep", "60")) {
            container.start();
            ContainerPlace.assertInsideOnly(container.getContainerId(), one, other);
        }
        OuterTestEngine.client()
                .tagImageCmd(TinyImage.NAME, name.split(":")[0], name.split(":")[1])
                .exec();
        try (GenericContainer<?> container = new GenericContainer<>(name).withCommand("sleep", "60")) {
            container.start();
            ContainerPlace.assertOutsideOnly(container.getContainerId(), one, other);
        } finally {
            OuterTestEngine.client().removeImageCmd(name).exec();
        }
    }

    @Test
    void aClosedDaemonIsRefused() {
        NestedDocker closed = NestedDocker.builder().start();
        closed.close();

        assertThatThrownBy(() -> NestedTestcontainers.use(closed)).isInstanceOf(IllegalStateException.class);
    }

    private static String name() {
        return DockerClientFactory.instance().client().infoCmd().exec().getName();
    }

    private static String nameOf(NestedDocker docker) {
        return docker.client().infoCmd().exec().getName();
    }
}
