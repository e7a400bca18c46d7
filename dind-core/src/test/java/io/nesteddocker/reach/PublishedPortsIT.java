package io.nesteddocker.reach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import com.github.dockerjava.api.model.RestartPolicy;
import io.nesteddocker.ConnectionMode;
import io.nesteddocker.Endpoint.PortMapping;
import io.nesteddocker.Endpoint.PublishedPort;
import io.nesteddocker.Endpoint.PublishedPort.Protocol;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerBuilder;
import io.nesteddocker.testing.DockerCommand;
import io.nesteddocker.testing.ErrorSentence;
import io.nesteddocker.testing.Eventually;
import io.nesteddocker.testing.FreePort;
import io.nesteddocker.testing.InnerContainers;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import io.nesteddocker.testing.PerlImage;
import io.nesteddocker.testing.Sockets;
import io.nesteddocker.testing.TinyImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.assertj.core.api.Assumptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests that ports which inner containers publish answer on this machine, with each kind of connection. */
@ParameterizedClass
@EnumSource
@Timeout(240)
@ExtendWith(LeakCheck.class)
class PublishedPortsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int SILENCE_MILLIS = 1_000;

    /** Answers each connection with the name of its container. */
    private static final String[] NAMED = {"nc", "-ll", "-p", "7", "-e", "hostname"};

    /** A server that answers each datagram with three datagrams. */
    private static final String PUSHER = datagramServer("send($socket, \"$_ $datagram\", 0, $sender) for 1 .. 3;");

    private static final String ECHO = datagramServer("send($socket, $datagram, 0, $sender);");

    /** The connections to an inner API. */
    enum Way {
        SOCKET(builder -> builder),
        TUNNEL(builder -> builder.connection(ConnectionMode.TUNNEL)),
        TLS_PORT(builder -> builder.port(0)),
        TUNNEL_AT_DEPTH_3(builder -> builder.connection(ConnectionMode.TUNNEL));

        private final UnaryOperator<NestedDockerBuilder> said;

        Way(UnaryOperator<NestedDockerBuilder> said) {
            this.said = said;
        }
    }

    private static final List<NestedDocker> LEVELS = new ArrayList<>();
    private static final List<PublishedPort> REPORTED = Collections.synchronizedList(new ArrayList<>());

    private static NestedDocker docker;

    @Parameter
    @SuppressWarnings("NullAway.Init")
    private Way way;

    private final List<String> started = new ArrayList<>();

    @BeforeParameterizedClassInvocation
    static void start(Way way) {
        if (way == Way.TLS_PORT) {
            OuterTestEngine.assumePublishedPortsAreReachable();
        }
        NestedDockerBuilder builder = NestedDocker.builder();
        for (int depth = 1; way == Way.TUNNEL_AT_DEPTH_3 && depth < 3; depth++) {
            LEVELS.add(way.said.apply(builder).start());
            builder = LEVELS.get(LEVELS.size() - 1).nest();
        }
        docker = way.said
                .apply(builder)
                .publishPorts(PortMapping.SAME, REPORTED::add)
                .start();
        LEVELS.add(docker);
        docker.endpoint();
        TinyImage.into(docker);
        PerlImage.into(docker);
    }

    @AfterParameterizedClassInvocation
    static void close() {
        REPORTED.clear();
        LEVELS.stream().limit(1).forEach(NestedDocker::close);
        LEVELS.clear();
    }

    @AfterEach
    void removeContainers() {
        started.forEach(
                id -> docker.client().removeContainerCmd(id).withForce(true).exec());
    }

    @Test
    void aPortAnswersUnderTheSameNumberOnceTheContainerIsStarted() throws IOException {
        int port = FreePort.tcp();
        String id = serve(published(ExposedPort.tcp(7), Ports.Binding.bindPort(port)));
        assertThat(read("127.0.0.1", port)).isEqualTo(id.substring(0, 12));
        assertThat(docker.publishedPort(id, 7)).isEqualTo(new InetSocketAddress("127.0.0.1", port));
    }

    @Test
    void itAnswersAtTheLoopbackAddressOfIpv6Too() throws IOException {
        Assumptions.assumeThat(NetworkInterface.getByInetAddress(InetAddress.getByName("::1")))
                .as("the network interface of this machine with the address ::1")
                .isNotNull();
        int port = FreePort.tcp();
        String id = serve(published(ExposedPort.tcp(7), Ports.Binding.bindPort(port)));
        assertThat(read("::1", port)).isEqualTo(id.substring(0, 12));
    }

    @Test
    void noOtherAddressOfThisMachineAnswers() {
        int port = FreePort.tcp();
        serve(published(ExposedPort.tcp(7), Ports.Binding.bindPort(port)));
        assertThat(Sockets.otherAddressesOfThisMachine())
                .isNotEmpty()
                .noneMatch(address -> Sockets.accepts(address, port));
    }

    @Test
    void aPortThatIsOpenForTheDaemonContainerAloneAnswers() throws IOException {
        int port = FreePort.tcp();
        String id = serve(published(ExposedPort.tcp(7), Ports.Binding.bindIpAndPort("127.0.0.1", port)));
        assertThat(read("127.0.0.1", port)).isEqualTo(id.substring(0, 12));
    }

    @Test
    void aPortWhoseNumberTheEngineChoseAnswersUnderThatNumber() throws IOException {
        String id = serve(published(ExposedPort.tcp(7), Ports.Binding.empty()));
        InetSocketAddress address = docker.publishedPort(id, 7);
        assertThat(docker.publishedPorts())
                .singleElement()
                .extracting(PublishedPort::daemonPort, PublishedPort::address)
                .containsExactly(address.getPort(), Optional.of(address));
        assertThat(address.getPort()).isBetween(10_000, 19_999);
        assertThat(Sockets.read(address)).isEqualTo(id.substring(0, 12));
    }

    @Test
    void aServerPushesDatagrams() throws IOException {
        InetSocketAddress address = serveDatagrams(PUSHER);
        try (DatagramSocket socket = new DatagramSocket()) {
            assertThat(answers(socket, address)).contains("1 hello", "2 hello", "3 hello");
        }
    }

    @Test
    void twoSendersGetTheirOwnAnswers() throws IOException {
        InetSocketAddress address = serveDatagrams(ECHO);
        try (DatagramSocket one = new DatagramSocket();
                DatagramSocket other = new DatagramSocket()) {
            assertThat(answer(one, address, "one".getBytes(StandardCharsets.UTF_8)))
                    .asString()
                    .isEqualTo("one");
            assertThat(answer(other, address, "other".getBytes(StandardCharsets.UTF_8)))
                    .asString()
                    .isEqualTo("other");
            assertThat(receive(one))
                    .as("what else comes, which is a late answer at most")
                    .asString()
                    .isIn("", "one");
        }
    }

    @Test
    void aDatagramOfTheLargestSizeArrivesWhole() throws IOException {
        InetSocketAddress address = serveDatagrams(ECHO);
        byte[] largest = new byte[65_507];
        new Random(1).nextBytes(largest);
        try (DatagramSocket socket = new DatagramSocket()) {
            assertThat(answer(socket, address, largest)).isEqualTo(largest);
        }
    }

    @Test
    void theNumberIsFreeAgainWhenTheContainerHasStopped() throws IOException {
        int port = FreePort.tcp();
        String id = serve(published(ExposedPort.tcp(7), Ports.Binding.bindPort(port)));
        docker.client().stopContainerCmd(id).withTimeout(0).exec();
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThat(socket.isBound()).isTrue();
        }
        assertThat(docker.publishedPorts()).isEmpty();
    }

    @Test
    void theNextStartOfTheContainerPublishesItAgain() throws IOException {
        int port = FreePort.tcp();
        String id = serve(published(ExposedPort.tcp(7), Ports.Binding.bindPort(port)));
        docker.client().restartContainerCmd(id).withTimeout(0).exec();
        assertThat(read("127.0.0.1", port)).isEqualTo(id.substring(0, 12));
    }

    @Test
    void aContainerThatEndsByItselfGivesTheNumberBack() {
        int port = FreePort.tcp();
        String id = InnerContainers.start(
                docker.client(),
                request -> request.withExposedPorts(ExposedPort.tcp(7))
                        .withHostConfig(published(ExposedPort.tcp(7), Ports.Binding.bindPort(port))),
                "nc",
                "-l",
                "-p",
                "7",
                "-e",
                "true");
        started.add(id);
        assertThat(docker.publishedPort(id, 7).getPort()).isEqualTo(port);
        assertThat(Eventually.holds(PATIENCE, () -> {
                    Sockets.accepts(InetAddress.getLoopbackAddress(), port);
                    return docker.publishedPorts().isEmpty() && FreePort.isFree(port);
                }))
                .isTrue();
    }

    @Test
    void aContainerThatAnotherProgramStartsIsPublished() throws IOException {
        int port = FreePort.tcp();
        started.add(DockerCommand.run(
                docker.endpoint(),
                "run",
                "--detach",
                "--publish",
                port + ":7",
                TinyImage.NAME,
                "nc",
                "-ll",
                "-p",
                "7",
                "-e",
                "hostname"));
        assertThat(Eventually.value(PATIENCE, () -> readQuietly(port), answer -> !answer.isEmpty()))
                .isEqualTo(started.get(0).substring(0, 12));
    }

    @Test
    void aContainerThatTheEngineStartsAfterItsOwnRestartIsPublished() {
        int port = FreePort.tcp();
        String id = serve(published(ExposedPort.tcp(7), Ports.Binding.bindPort(port))
                .withRestartPolicy(RestartPolicy.alwaysRestart()));
        docker.restart();
        assertThat(Eventually.value(PATIENCE, () -> readQuietly(port), answer -> !answer.isEmpty()))
                .isEqualTo(id.substring(0, 12));
    }

    @Test
    void aNumberThatThisProgramHasIsReportedAndTheContainerRuns() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            int port = socket.getLocalPort();
            String id = serve(published(ExposedPort.tcp(7), Ports.Binding.bindPort(port)));
            String owner = "java (process " + ProcessHandle.current().pid() + ")";
            assertThat(REPORTED.get(REPORTED.size() - 1))
                    .returns(id, PublishedPort::containerId)
                    .returns(port, PublishedPort::daemonPort)
                    .returns(Optional.empty(), PublishedPort::address)
                    .returns(Optional.of("port " + port + " is taken by " + owner), PublishedPort::problem);
            ErrorSentence.of(catchThrowable(() -> docker.publishedPort(id, 7)))
                    .tried("find the published port 7/tcp of the container " + id)
                    .on(docker.name())
                    .because("port " + port + " is taken by " + owner)
                    .cure("PortMapping.RANDOM");
            assertThat(docker.client().inspectContainerCmd(id).exec().getState().getRunning())
                    .isTrue();
        }
    }

    @Test
    void aPortThatIsNotPublishedIsAClearError() {
        String id = serve(published(ExposedPort.tcp(7), Ports.Binding.bindPort(FreePort.tcp())));
        ErrorSentence.of(catchThrowable(() -> docker.publishedPort(id, 8)))
                .tried("find the published port 8/tcp")
                .on(docker.name())
                .because("the container does not publish it; it publishes 7/tcp")
                .cure("addressOf(..)");
    }

    @Test
    void aContainerThatDoesNotRunIsAClearError() {
        ErrorSentence.of(catchThrowable(() -> docker.publishedPort("nobody", 7)))
                .tried("find the published port 7/tcp of the container nobody")
                .on(docker.name())
                .because("no such container runs")
                .cure("start it");
    }

    private static String datagramServer(String answer) {
        return "socket(my $socket, 2, 2, 17) or die; bind($socket, pack('S n a4 x8', 2, 7, '')) or die;"
                + " while (defined(my $sender = recv($socket, my $datagram, 65535, 0))) { " + answer + " }";
    }

    private InetSocketAddress serveDatagrams(String program) {
        int port = FreePort.udp();
        String id = InnerContainers.start(
                docker.client(),
                request -> request.withImage(PerlImage.NAME)
                        .withEntrypoint("/usr/bin/perl")
                        .withExposedPorts(ExposedPort.udp(7))
                        .withHostConfig(published(ExposedPort.udp(7), Ports.Binding.bindPort(port))),
                "-e",
                program);
        started.add(id);
        InetSocketAddress address = docker.publishedPort(id, 7, Protocol.UDP);
        assertThat(address).isEqualTo(new InetSocketAddress("127.0.0.1", port));
        return address;
    }

    private String serve(HostConfig host) {
        String id = InnerContainers.start(
                docker.client(),
                request -> request.withExposedPorts(ExposedPort.tcp(7)).withHostConfig(host),
                NAMED);
        started.add(id);
        return id;
    }

    static HostConfig published(ExposedPort port, Ports.Binding binding) {
        return HostConfig.newHostConfig().withPortBindings(new PortBinding(binding, port));
    }

    /** Connects, which must succeed at once, and then reads until the service answers, which may not listen yet. */
    private static String read(String address, int port) throws IOException {
        InetSocketAddress target = new InetSocketAddress(InetAddress.getByName(address), port);
        try (Socket socket = new Socket()) {
            socket.connect(target);
        }
        return Eventually.value(PATIENCE, () -> readQuietly(target), answer -> !answer.isEmpty());
    }

    private static String readQuietly(int port) {
        return readQuietly(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    static String readQuietly(InetSocketAddress address) {
        try {
            return Sockets.read(address);
        } catch (IOException e) {
            return "";
        }
    }

    /** Returns the datagrams that arrive until none arrives for a while. */
    private static List<String> answers(DatagramSocket socket, InetSocketAddress address) throws IOException {
        List<String> answers = new ArrayList<>();
        for (byte[] answer = answer(socket, address, "hello".getBytes(StandardCharsets.UTF_8));
                answer.length > 0;
                answer = receive(socket)) {
            answers.add(new String(answer, StandardCharsets.UTF_8));
        }
        return answers;
    }

    /** Sends a datagram until there is an answer, because datagrams are lost until the server listens. */
    private static byte[] answer(DatagramSocket socket, InetSocketAddress address, byte[] datagram) throws IOException {
        socket.setSoTimeout(SILENCE_MILLIS);
        return Eventually.value(
                PATIENCE,
                () -> {
                    send(socket, address, datagram);
                    return receive(socket);
                },
                answer -> answer.length > 0);
    }

    private static void send(DatagramSocket socket, InetSocketAddress address, byte[] datagram) {
        try {
            socket.send(new DatagramPacket(datagram, datagram.length, address));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the next datagram, or an empty array if none arrives for a while. */
    private static byte[] receive(DatagramSocket socket) {
        DatagramPacket packet = new DatagramPacket(new byte[65_535], 65_535);
        try {
            socket.receive(packet);
            return Arrays.copyOf(packet.getData(), packet.getLength());
        } catch (SocketTimeoutException e) {
            return new byte[0];
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
