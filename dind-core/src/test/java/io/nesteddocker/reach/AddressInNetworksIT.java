package io.nesteddocker.reach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.HostConfig;
import io.nesteddocker.ConnectionMode;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.testing.Eventually;
import io.nesteddocker.testing.InnerContainers;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import io.nesteddocker.testing.TinyImage;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests addresses of containers that share a network, are on several networks, or change their networks. */
@Timeout(120)
@ExtendWith(LeakCheck.class)
class AddressInNetworksIT {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int PATIENCE_MILLIS = 5_000;
    private static final int PORT = 7;

    private static NestedDocker routed;
    private static NestedDocker tunnelled;

    private final List<String> containers = new ArrayList<>();
    private final List<String> networks = new ArrayList<>();

    @BeforeAll
    static void start() {
        routed = NestedDocker.builder().images(TinyImage.NAME).start();
        tunnelled = NestedDocker.builder()
                .connection(ConnectionMode.TUNNEL)
                .images(TinyImage.NAME)
                .start();
    }

    @AfterAll
    static void close() {
        routed.close();
        tunnelled.close();
    }

    @AfterEach
    void remove() {
        for (NestedDocker docker : List.of(routed, tunnelled)) {
            docker.client().listContainersCmd().withShowAll(true).exec().stream()
                    .map(Container::getId)
                    .filter(containers::contains)
                    .forEach(id -> remove(docker, id));
            docker.client().listNetworksCmd().exec().stream()
                    .filter(network -> networks.contains(network.getId()))
                    .forEach(network ->
                            docker.client().removeNetworkCmd(network.getId()).exec());
        }
    }

    @Test
    void theNextContainerAtTheAddressOfARemovedOwnerGetsNoConnections() {
        OuterTestEngine.assumeSharedFolder();
        String owner = sleeper(routed, request -> request);
        String beside = serve(routed, inNetworkOf(owner), "beside", "7");
        InetSocketAddress address = routed.addressOf(beside, PORT);
        assertThat(answer(address)).isEqualTo("beside");
        String ip = ipOf(owner);
        remove(routed, owner);
        assertNextContainerIsNotReachedAt(address, ip, request -> request);
    }

    @Test
    void theNextContainerAtTheAddressOfOneThatLeftItsNetworkGetsNoConnections() {
        OuterTestEngine.assumeSharedFolder();
        String network = network(routed);
        String leaving = serve(routed, in(network), "leaving", "7");
        InetSocketAddress address = routed.addressOf(leaving, PORT);
        assertThat(answer(address)).isEqualTo("leaving");
        String ip = ipOf(leaving);
        routed.client()
                .connectToNetworkCmd()
                .withNetworkId("bridge")
                .withContainerId(leaving)
                .exec();
        routed.client()
                .disconnectFromNetworkCmd()
                .withNetworkId(network)
                .withContainerId(leaving)
                .exec();
        assertNextContainerIsNotReachedAt(address, ip, in(network));
        assertThat(answer(routed.addressOf(leaving, PORT))).isEqualTo("leaving");
    }

    private void assertNextContainerIsNotReachedAt(
            InetSocketAddress address, String ip, UnaryOperator<CreateContainerCmd> more) {
        assertRefused(address);
        String next = serve(routed, more, "next", "7");
        assertThat(ipOf(next)).as("the engine gives the lowest free address").isEqualTo(ip);
        assertThat(answer(routed.addressOf(next, PORT))).isEqualTo("next");
        assertRefused(address);
    }

    /** Asserts that the route ends: connections through it would not be refused, because nothing is at its other end. */
    private static void assertRefused(InetSocketAddress address) {
        Eventually.await(PATIENCE, "connections to " + address + " are refused", () -> {
            try {
                page(address);
                return false;
            } catch (ConnectException e) {
                return String.valueOf(e.getMessage()).contains("refused");
            } catch (IOException e) {
                return false;
            }
        });
    }

    private static String ipOf(String container) {
        return routed
                .client()
                .inspectContainerCmd(container)
                .exec()
                .getNetworkSettings()
                .getNetworks()
                .values()
                .stream()
                .findFirst()
                .orElseThrow()
                .getIpAddress();
    }

    @Test
    void aRouteOutlastsTheDisconnectFromAnotherNetwork() {
        OuterTestEngine.assumeSharedFolder();
        String network = network(routed);
        String other = network(routed);
        String id = serve(routed, in(network), "there", "7");
        routed.client()
                .connectToNetworkCmd()
                .withNetworkId(other)
                .withContainerId(id)
                .exec();
        InetSocketAddress address = routed.addressOf(id, PORT);
        routed.client()
                .disconnectFromNetworkCmd()
                .withNetworkId(other)
                .withContainerId(id)
                .exec();
        String unrelated = serve(routed, request -> request, "unrelated", "7");
        assertThat(answer(routed.addressOf(unrelated, PORT))).isEqualTo("unrelated");
        assertThat(answer(address)).isEqualTo("there");
        assertThat(routed.addressOf(id, PORT)).isEqualTo(address);
    }

    @Test
    void theNextContainerInTheNetworkOfAnotherGetsNoConnectionsOfTheOneBefore() {
        OuterTestEngine.assumeSharedFolder();
        String owner = sleeper(routed, request -> request);
        String beside = serve(routed, inNetworkOf(owner), "beside", "7");
        InetSocketAddress address = routed.addressOf(beside, PORT);
        assertThat(answer(address)).isEqualTo("beside");
        remove(routed, beside);
        Eventually.await(
                PATIENCE,
                "the route has ended",
                () -> !routed.exec("iptables", "-t", "nat", "-S")
                        .stdout()
                        .contains("--dport " + address.getPort() + " "));
        serve(routed, inNetworkOf(owner), "next", "7");
        assertRefused(address);
    }

    @ParameterizedTest
    @EnumSource(names = {"AUTOMATIC", "TUNNEL"})
    void aContainerInTheOldNetworkOfARestartedOneIsReached(ConnectionMode mode) {
        NestedDocker docker = daemon(mode);
        String owner = InnerContainers.start(
                docker.client(),
                request -> request,
                "sh",
                "-c",
                "if [ -e /began ]; then " + httpd("owner", "7") + "; fi; touch /began; sleep 1000");
        containers.add(owner);
        String beside = serve(docker, inNetworkOf(owner), "beside", "7");
        Eventually.await(
                PATIENCE,
                "the owner has begun",
                () -> InnerContainers.exec(docker.client(), owner, "ls", "/").contains("began"));
        docker.client().restartContainerCmd(owner).withTimeout(0).exec();
        assertThat(answer(docker.addressOf(owner, PORT))).isEqualTo("owner");
        assertThat(answer(docker.addressOf(beside, PORT))).isEqualTo("beside");
    }

    @ParameterizedTest
    @EnumSource(names = {"AUTOMATIC", "TUNNEL"})
    void aContainerInTheNetworkOfARemovedOneIsReached(ConnectionMode mode) {
        NestedDocker docker = daemon(mode);
        String owner = sleeper(docker, request -> request);
        String beside = serve(docker, inNetworkOf(owner), "beside", "7");
        remove(docker, owner);
        assertThat(answer(docker.addressOf(beside, PORT))).isEqualTo("beside");
    }

    @ParameterizedTest
    @EnumSource(names = {"AUTOMATIC", "TUNNEL"})
    void aServiceAtAnAddressOfTheSecondNetworkIsReached(ConnectionMode mode) {
        NestedDocker docker = daemon(mode);
        String first = network(docker);
        String second = network(docker);
        String id = sleeper(docker, in(first));
        docker.client()
                .connectToNetworkCmd()
                .withNetworkId(second)
                .withContainerId(id)
                .exec();
        String address =
                docker.client().inspectContainerCmd(id).exec().getNetworkSettings().getNetworks().values().stream()
                        .filter(network -> second.equals(network.getNetworkID()))
                        .findFirst()
                        .orElseThrow()
                        .getIpAddress();
        InnerContainers.exec(
                docker.client(), id, "sh", "-c", "{ " + httpd("second", address + ":7") + "; } >/dev/null 2>&1 &");
        assertThat(answer(docker.addressOf(id, PORT))).isEqualTo("second");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.0.0.2", "[::1]"})
    void aServiceAtALoopbackAddressIsReached(String address) {
        String id = serve(routed, request -> request, "loopback", address + ":7");
        assertThat(answer(routed.addressOf(id, PORT))).isEqualTo("loopback");
    }

    @Test
    void aServiceOnTheDaemonsNetworkIsReachedAtAPortThatARouteLeadsThrough() {
        OuterTestEngine.assumeSharedFolder();
        String other = serve(routed, request -> request, "other", "7");
        int entry = routed.addressOf(other, PORT).getPort();
        String id = serve(routed, in("host"), "host", String.valueOf(entry));
        assertThat(answer(routed.addressOf(id, entry))).isEqualTo("host");
    }

    @Test
    void addressesOfManyRemovedContainersAreNotKeptOpen() {
        List<InetSocketAddress> addresses = new ArrayList<>();
        for (int i = 0; i < 17; i++) {
            String id = serve(tunnelled, request -> request, "short", "7");
            addresses.add(tunnelled.addressOf(id, PORT));
            remove(tunnelled, id);
        }
        assertThatThrownBy(() -> page(addresses.get(0)))
                .isInstanceOf(IOException.class)
                .hasMessage("Connection refused");
    }

    private static NestedDocker daemon(ConnectionMode mode) {
        return mode == ConnectionMode.TUNNEL ? tunnelled : routed;
    }

    private String serve(NestedDocker docker, UnaryOperator<CreateContainerCmd> more, String answer, String address) {
        String id = InnerContainers.start(docker.client(), more, "sh", "-c", httpd(answer, address));
        containers.add(id);
        return id;
    }

    private static String httpd(String answer, String address) {
        return "mkdir -p /www; printf " + answer + " >/www/page; exec httpd -f -p " + address + " -h /www";
    }

    private String sleeper(NestedDocker docker, UnaryOperator<CreateContainerCmd> more) {
        String id = InnerContainers.startSleeper(docker.client(), more);
        containers.add(id);
        return id;
    }

    private static UnaryOperator<CreateContainerCmd> inNetworkOf(String owner) {
        return in("container:" + owner);
    }

    private static UnaryOperator<CreateContainerCmd> in(String network) {
        return request -> request.withHostConfig(HostConfig.newHostConfig().withNetworkMode(network));
    }

    private String network(NestedDocker docker) {
        String id = docker.client()
                .createNetworkCmd()
                .withName("network-" + networks.size())
                .exec()
                .getId();
        networks.add(id);
        return id;
    }

    private static void remove(NestedDocker docker, String id) {
        docker.client().removeContainerCmd(id).withForce(true).exec();
    }

    /** Returns what a service sends, or nothing if it is not reached. */
    private static String answer(InetSocketAddress address) {
        try {
            return page(address);
        } catch (IOException e) {
            return "";
        }
    }

    private static String page(InetSocketAddress address) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(address, PATIENCE_MILLIS);
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write("GET /page HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            String response = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            return response.substring(response.lastIndexOf('\n') + 1);
        }
    }
}
