package io.nesteddocker.reach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Network;
import com.github.dockerjava.api.model.RestartPolicy;
import io.nesteddocker.ConnectionMode;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerException;
import io.nesteddocker.testing.DebianImage;
import io.nesteddocker.testing.ErrorSentence;
import io.nesteddocker.testing.Eventually;
import io.nesteddocker.testing.InnerContainers;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import io.nesteddocker.testing.TinyImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that this program can connect to ports of inner containers, in both connection modes. */
@Timeout(240)
@ExtendWith(LeakCheck.class)
class AddressOfIT {

    private static final String ECHO = "nc -ll -p 7 -e cat";

    /** Ends after {@code addressOf} has looked at the container for the first time, and before its time limit. */
    private static final String ENDS_LATER = "sleep 3";

    /** A server for many clients; the queue of a busybox server has room for only two connections. */
    private static final String ECHO_FOR_MANY = """
            use IO::Socket::INET;
            $SIG{CHLD} = "IGNORE";
            my $listener = IO::Socket::INET->new(LocalPort => 7, Listen => 512, ReuseAddr => 1) or die;
            while (my $client = $listener->accept) {
                next if fork;
                while (sysread($client, my $bytes, 65536)) {
                    for (my $done = 0; $done < length $bytes;) {
                        $done += syswrite($client, $bytes, length($bytes) - $done, $done) // exit;
                    }
                }
                exit;
            }
            """;

    private static final String ON_LOOPBACK = "mkdir /www; printf within >/www/page; httpd -f -p 127.0.0.1:7 -h /www";

    private static final Map<ConnectionMode, NestedDocker> DAEMONS = new EnumMap<>(ConnectionMode.class);

    private final Map<NestedDocker, List<String>> started = new LinkedHashMap<>();

    @BeforeAll
    static void start() {
        for (ConnectionMode mode : OuterTestEngine.sharesFolder()
                ? List.of(ConnectionMode.DIRECT, ConnectionMode.TUNNEL)
                : List.of(ConnectionMode.TUNNEL)) {
            NestedDocker docker = NestedDocker.builder()
                    .connection(mode)
                    .images(DebianImage.NAME)
                    .start();
            DAEMONS.put(mode, docker);
            TinyImage.into(docker);
        }
    }

    private static NestedDocker daemon(ConnectionMode mode) {
        if (mode == ConnectionMode.DIRECT) {
            OuterTestEngine.assumeSharedFolder();
        }
        return DAEMONS.get(mode);
    }

    @AfterAll
    static void close() {
        DAEMONS.values().forEach(NestedDocker::close);
    }

    @AfterEach
    void removeContainers() {
        started.forEach((docker, ids) -> ids.forEach(
                id -> docker.client().removeContainerCmd(id).withForce(true).exec()));
    }

    @ParameterizedTest
    @EnumSource(names = {"DIRECT", "TUNNEL"})
    void aPortThatNobodyPublishedIsReached(ConnectionMode mode) throws IOException {
        NestedDocker docker = daemon(mode);
        String id = serve(docker, request -> request, ECHO);
        assertThat(echoed(docker.addressOf(id, 7), "hello")).isEqualTo("hello");
    }

    @ParameterizedTest
    @EnumSource(names = {"DIRECT", "TUNNEL"})
    void aPausedDaemonIsNamedAsTheReason(ConnectionMode mode) {
        NestedDocker docker = daemon(mode);
        String id = serve(docker, request -> request, ECHO);
        docker.pause();
        try {
            ErrorSentence.of(catchThrowableOfType(NestedDockerException.class, () -> docker.addressOf(id, 7)))
                    .tried("reach port 7 of the container")
                    .on(docker.name())
                    .because("the daemon is paused")
                    .cure("resume it with unpause()");
        } finally {
            docker.unpause();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"DIRECT", "TUNNEL"})
    void whatAServerSaysAfterTheEndOfItsInputArrives(ConnectionMode mode) throws IOException {
        NestedDocker docker = daemon(mode);
        String id = serve(docker, request -> request, "nc -ll -p 7 -e md5sum");
        assertThat(echoed(docker.addressOf(id, 7), "abc")).startsWith("900150983cd24fb0d6963f7d28e17f72");
    }

    @ParameterizedTest
    @EnumSource(names = {"DIRECT", "TUNNEL"})
    void aServerOnTheDaemonContainersNetworkIsReached(ConnectionMode mode) throws IOException {
        NestedDocker docker = daemon(mode);
        String id = serve(docker, AddressOfIT::onTheDaemonsNetwork, "nc -ll -p 8107 -e cat");
        assertThat(echoed(docker.addressOf(id, 8107), "host")).isEqualTo("host");
    }

    @ParameterizedTest
    @EnumSource(names = {"DIRECT", "TUNNEL"})
    void aServerOnANetworkWithoutAWayOutIsReached(ConnectionMode mode) throws IOException {
        NestedDocker docker = daemon(mode);
        docker.client().createNetworkCmd().withName("inward").withInternal(true).exec();
        try {
            String id = serve(
                    docker,
                    request -> request.withHostConfig(HostConfig.newHostConfig().withNetworkMode("inward")),
                    ECHO);
            assertThat(echoed(docker.addressOf(id, 7), "inward")).isEqualTo("inward");
        } finally {
            removeContainers();
            started.clear();
            docker.client().removeNetworkCmd("inward").exec();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bridge", "none"})
    void theTunnelReachesAServerOnItsOwnLoopbackAddress(String network) throws IOException {
        NestedDocker docker = daemon(ConnectionMode.TUNNEL);
        String id = serve(
                docker,
                request -> request.withHostConfig(HostConfig.newHostConfig().withNetworkMode(network)),
                ON_LOOPBACK);
        assertThat(echoed(docker.addressOf(id, 7), "GET /page HTTP/1.0\r\n\r\n"))
                .endsWith("within");
    }

    /** A program that connects to "localhost" may try this address first. */
    @Test
    void theTunnelListensOnTheIpv6LoopbackAddressToo() throws IOException {
        assumeTrue(NetworkInterface.getByInetAddress(InetAddress.getByName("::1")) != null, "this machine has no ::1");
        NestedDocker docker = daemon(ConnectionMode.TUNNEL);
        String id = serve(docker, request -> request, ECHO);
        int port = docker.addressOf(id, 7).getPort();
        assertThat(echoed(new InetSocketAddress("::1", port), "six")).isEqualTo("six");
    }

    @Test
    void aServerThatTakesIpv6AloneIsReachedThroughTheTunnel() throws IOException {
        NestedDocker docker = daemon(ConnectionMode.TUNNEL);
        docker.client()
                .createNetworkCmd()
                .withName("six")
                .withEnableIpv6(true)
                .withIpam(new Network.Ipam().withConfig(new Network.Ipam.Config().withSubnet("fd00:7::/64")))
                .exec();
        try {
            String server = "use Socket; socket(L, PF_INET6, SOCK_STREAM, 0); setsockopt(L, 41, 26, 1);"
                    + " bind(L, Socket::pack_sockaddr_in6(7, Socket::inet_pton(AF_INET6, '::'))) && listen(L, 9) or die;"
                    + " while (accept(C, L)) { my $text = <C>; syswrite C, \"six $text\"; close C }";
            String id = InnerContainers.start(
                    docker.client(),
                    request -> request.withImage(DebianImage.NAME)
                            .withEntrypoint("perl", "-e", server)
                            .withHostConfig(HostConfig.newHostConfig().withNetworkMode("six")));
            started.computeIfAbsent(docker, key -> new ArrayList<>()).add(id);
            assertThat(echoed(docker.addressOf(id, 7), "alone")).isEqualTo("six alone");
        } finally {
            removeContainers();
            started.clear();
            docker.client().removeNetworkCmd("six").exec();
        }
    }

    @Test
    void noRouteLeadsToAServerOnItsOwnLoopbackAddress() {
        NestedDocker docker = daemon(ConnectionMode.DIRECT);
        String id = serve(docker, request -> request, ON_LOOPBACK);
        assertThatThrownBy(() -> docker.addressOf(id, 7))
                .isInstanceOf(NestedDockerException.class)
                .hasMessageContaining("leave out connection(ConnectionMode.DIRECT)");
    }

    @ParameterizedTest
    @EnumSource(names = {"DIRECT", "TUNNEL"})
    void twoServersAreNotMixedUp(ConnectionMode mode) throws IOException {
        NestedDocker docker = daemon(mode);
        String one = serve(docker, request -> request, "nc -ll -p 7 -e echo one");
        String two = serve(docker, request -> request, "nc -ll -p 7 -e echo two");
        assertThat(echoed(docker.addressOf(one, 7), "")).isEqualTo("one\n");
        assertThat(echoed(docker.addressOf(two, 7), "")).isEqualTo("two\n");
    }

    @ParameterizedTest
    @EnumSource(names = {"DIRECT", "TUNNEL"})
    void theAddressOfOnePortStaysTheSame(ConnectionMode mode) {
        NestedDocker docker = daemon(mode);
        String id = serve(docker, request -> request, ECHO);
        assertThat(docker.addressOf(id, 7)).isEqualTo(docker.addressOf(id, 7));
    }

    @ParameterizedTest
    @EnumSource(names = {"DIRECT", "TUNNEL"})
    void allExposedPortsAreGiven(ConnectionMode mode) throws IOException {
        NestedDocker docker = daemon(mode);
        String id = serve(
                docker,
                request -> request.withExposedPorts(ExposedPort.tcp(7), ExposedPort.udp(9), ExposedPort.tcp(80)),
                ECHO);
        Map<Integer, InetSocketAddress> addresses = docker.addressOf(id);
        assertThat(addresses).containsOnlyKeys(7, 80);
        assertThat(echoed(addresses.get(7), "exposed")).isEqualTo("exposed");
    }

    @ParameterizedTest
    @EnumSource(names = {"DIRECT", "TUNNEL"})
    void aPortWhereNobodyListensIsRefusedWithThoseThatDo(ConnectionMode mode) {
        NestedDocker docker = daemon(mode);
        String id = serve(docker, request -> request, ECHO);
        docker.addressOf(id, 7);
        assertThatThrownBy(() -> docker.addressOf(id, 81))
                .isInstanceOf(NestedDockerException.class)
                .hasMessageContainingAll("Tried to reach port 81", "nothing listens there", "it listens on 7");
    }

    @ParameterizedTest
    @EnumSource(names = {"DIRECT", "TUNNEL"})
    void aContainerThatDoesNotRunIsRefused(ConnectionMode mode) {
        NestedDocker docker = daemon(mode);
        String id = serve(docker, request -> request, ECHO);
        docker.client().killContainerCmd(id).exec();
        docker.client().waitContainerCmd(id).start().awaitStatusCode();
        assertThatThrownBy(() -> docker.addressOf(id, 7))
                .isInstanceOf(NestedDockerException.class)
                .hasMessageContainingAll("it is exited", "start it first");
    }

    @ParameterizedTest
    @EnumSource(names = {"DIRECT", "TUNNEL"})
    void theWaitForAServiceEndsWithItsContainer(ConnectionMode mode) {
        NestedDocker docker = daemon(mode);
        String id = serve(docker, request -> request, ENDS_LATER);
        assertThatThrownBy(() -> docker.addressOf(id, 7))
                .isInstanceOf(NestedDockerException.class)
                .hasMessageContainingAll("it has ended before anything listened there", "look at its log");
    }

    @ParameterizedTest
    @EnumSource(names = {"DIRECT", "TUNNEL"})
    void theWaitForAServiceEndsWithTheRemovalOfItsContainer(ConnectionMode mode) {
        NestedDocker docker = daemon(mode);
        String id = InnerContainers.start(
                docker.client(),
                request -> request.withHostConfig(HostConfig.newHostConfig().withAutoRemove(true)),
                "sh",
                "-c",
                ENDS_LATER);
        assertThatThrownBy(() -> docker.addressOf(id, 7))
                .isInstanceOf(NestedDockerException.class)
                .hasMessageContainingAll("it has ended", "before anything listened there");
    }

    @ParameterizedTest
    @EnumSource(names = {"DIRECT", "TUNNEL"})
    void aContainerThatItsRestartPolicyStartsAgainIsWaitedFor(ConnectionMode mode) throws IOException {
        NestedDocker docker = daemon(mode);
        String id = serve(
                docker,
                request -> request.withHostConfig(
                        HostConfig.newHostConfig().withRestartPolicy(RestartPolicy.onFailureRestart(1))),
                "[ -e /began ] || { touch /began; exit 1; }; " + ECHO);
        assertThat(echoed(docker.addressOf(id, 7), "again")).isEqualTo("again");
    }

    @ParameterizedTest
    @EnumSource(names = {"DIRECT", "TUNNEL"})
    void aServiceThatListensLaterIsWaitedFor(ConnectionMode mode) throws IOException {
        NestedDocker docker = daemon(mode);
        String id = serve(docker, request -> request, "sleep 1; " + ECHO);
        assertThat(echoed(docker.addressOf(id, 7), "later")).isEqualTo("later");
    }

    @ParameterizedTest
    @EnumSource(names = {"DIRECT", "TUNNEL"})
    void aContainerThatIsNotThereIsRefused(ConnectionMode mode) {
        NestedDocker docker = daemon(mode);
        assertThatThrownBy(() -> docker.addressOf("nobody", 7))
                .isInstanceOf(NestedDockerException.class)
                .hasMessageContaining("no such container");
    }

    @Test
    void invalidPortsAreRefused() {
        assertThatThrownBy(() -> daemon(ConnectionMode.TUNNEL).addressOf("any", 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a/../b?c"})
    void namesThatNoContainerCanHaveAreRefused(String name) {
        NestedDocker docker = daemon(ConnectionMode.TUNNEL);
        for (ThrowingCallable call : List.<ThrowingCallable>of(
                () -> docker.addressOf(name, 7), () -> docker.addressOf(name), () -> docker.publishedPort(name, 7))) {
            assertThatThrownBy(call)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("pass the container's name or ID");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"DIRECT", "TUNNEL"})
    void theAddressOfAContainerThatEndedLeadsNowhere(ConnectionMode mode) {
        NestedDocker docker = daemon(mode);
        String id = serve(docker, request -> request, ECHO);
        InetSocketAddress address = docker.addressOf(id, 7);
        docker.client().killContainerCmd(id).exec();
        docker.client().waitContainerCmd(id).start().awaitStatusCode();
        String next = serve(docker, request -> request, "nc -ll -p 7 -e echo stranger");
        docker.addressOf(next, 7);
        assertThatThrownBy(() -> assertThat(echoed(address, "x")).isEqualTo("x"))
                .isInstanceOfAny(IOException.class, AssertionError.class)
                .hasMessageNotContaining("stranger");
    }

    @ParameterizedTest
    @EnumSource(names = {"DIRECT", "TUNNEL"})
    void manyConnectionsAtOnceCarryTheirOwnBytes(ConnectionMode mode) throws Exception {
        NestedDocker docker = daemon(mode);
        String id = serve(
                docker, request -> request.withImage(DebianImage.NAME).withEntrypoint("perl", "-e", ECHO_FOR_MANY), "");
        InetSocketAddress address = docker.addressOf(id, 7);
        int connections = mode == ConnectionMode.DIRECT ? 200 : 30;
        ExecutorService pool = Executors.newFixedThreadPool(connections);
        try {
            List<Future<Boolean>> answers = new ArrayList<>();
            for (int i = 0; i < connections; i++) {
                int seed = i;
                answers.add(pool.submit(() -> carriesItsOwnBytes(address, seed)));
            }
            for (Future<Boolean> answer : answers) {
                assertThat(answer.get()).isTrue();
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void theTunnelLeavesNoThreadsBehind() throws Exception {
        NestedDocker docker = daemon(ConnectionMode.TUNNEL);
        String id = serve(docker, request -> request, ECHO);
        InetSocketAddress address = docker.addressOf(id, 7);
        for (int i = 0; i < 5; i++) {
            assertThat(echoed(address, "once")).isEqualTo("once");
        }
        assertThat(Eventually.value(Duration.ofSeconds(10), AddressOfIT::connectionThreads, List::isEmpty))
                .isEmpty();
    }

    private static List<String> connectionThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("nested-docker-port 7 "))
                .toList();
    }

    private static boolean carriesItsOwnBytes(InetSocketAddress address, int seed) throws Exception {
        byte[] sent = new byte[100_000 + seed];
        new Random(seed).nextBytes(sent);
        try (Socket socket = new Socket()) {
            socket.connect(address);
            Thread writer = new Thread(() -> write(socket, sent));
            writer.start();
            byte[] received = socket.getInputStream().readAllBytes();
            writer.join();
            return Arrays.equals(received, sent);
        }
    }

    private static void write(Socket socket, byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            socket.shutdownOutput();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String serve(NestedDocker docker, UnaryOperator<CreateContainerCmd> more, String script) {
        String id = InnerContainers.start(docker.client(), more, "sh", "-c", script);
        started.computeIfAbsent(docker, key -> new ArrayList<>()).add(id);
        return id;
    }

    private static CreateContainerCmd onTheDaemonsNetwork(CreateContainerCmd request) {
        return request.withHostConfig(HostConfig.newHostConfig().withNetworkMode("host"));
    }

    private static String echoed(InetSocketAddress address, String text) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(address);
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }
}
