package io.nesteddocker.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.nesteddocker.Endpoint;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.remote.SocketOnlyProgram;
import io.nesteddocker.testing.ChildJvm;
import io.nesteddocker.testing.Command;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import io.nesteddocker.testing.Sockets;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests that the inner engine accepts plain text on TCP only with {@code insecurePort}. */
@Timeout(120)
@ExtendWith(LeakCheck.class)
class PlainTextIT {

    private static NestedDocker withoutPort;
    private static NestedDocker withTlsPort;
    private static NestedDocker withInsecurePort;

    @BeforeAll
    static void start() {
        OuterTestEngine.assumeLoopbackIsTheEngines();
        withoutPort = NestedDocker.builder().start();
        withTlsPort = NestedDocker.builder().port(0).start();
        withInsecurePort = NestedDocker.builder().insecurePort(0).start();
        withTlsPort.endpoint();
    }

    @AfterAll
    static void close() {
        // If the assumption does not hold, no daemon was started.
        Stream.of(withoutPort, withTlsPort, withInsecurePort)
                .filter(Objects::nonNull)
                .forEach(NestedDocker::close);
    }

    @Test
    void withoutAPortNothingListensOnTcp() {
        assertThat(Sockets.listeningIn(withoutPort)).isEmpty();
    }

    @Test
    void withoutAPortNothingIsPublished() {
        assertThat(publishedPorts(withoutPort)).isEmpty();
    }

    @Test
    void withATlsPortNothingElseListens() {
        assertThat(Sockets.listeningIn(withTlsPort)).containsExactly(2376);
    }

    @Test
    void theTlsPortRefusesPlainHttp() {
        assertThat(Sockets.plainAnswer(port(withTlsPort))).doesNotContain("ApiVersion");
    }

    @Test
    void anotherProgramIsRefusedInPlainTextOnTheTlsPort() {
        Command.Outcome outcome =
                dockerVersion(Map.of("DOCKER_HOST", "tcp://127.0.0.1:" + port(withTlsPort), "DOCKER_TLS_VERIFY", ""));
        assertThat(outcome.exitCode()).isNotZero();
        assertThat(outcome.output()).contains("Client sent an HTTP request to an HTTPS server");
    }

    @Test
    void theTlsPortIsPublishedOnTheLoopbackAddressOnly() {
        assertThat(publishedPorts(withTlsPort)).containsExactly("127.0.0.1");
    }

    @Test
    void theTlsPortIsClosedOnAllOtherAddressesOfThisMachine() {
        assertThat(Sockets.otherAddressesOfThisMachine())
                .isNotEmpty()
                .noneMatch(address -> Sockets.accepts(address, port(withTlsPort)));
    }

    @Test
    void theInsecurePortAnswersInPlainText() {
        assertThat(Sockets.plainAnswer(port(withInsecurePort))).contains("ApiVersion");
    }

    @Test
    void theInsecurePortServesOtherPrograms() {
        assertThat(dockerVersion(withInsecurePort.endpoint().environment()).output())
                .isEqualTo(withInsecurePort.engine().version());
    }

    @Test
    void theInsecurePortIsPublishedOnTheLoopbackAddressOnly() {
        assertThat(publishedPorts(withInsecurePort)).containsExactly("127.0.0.1");
    }

    @Test
    void theInsecurePortIsClosedOnAllOtherAddressesOfThisMachine() {
        assertThat(Sockets.otherAddressesOfThisMachine())
                .isNotEmpty()
                .noneMatch(address -> Sockets.accepts(address, port(withInsecurePort)));
    }

    /** dockerd logs these words, and then waits for fifteen seconds. */
    @Test
    void theInsecurePortDoesNotMakeDockerdWait() {
        assertThat(withInsecurePort.logs()).isNotEmpty().noneMatch(line -> line.contains("intentionally being slowed"));
    }

    @Test
    void theInsecurePortSaysWhatItIs() {
        assertThat(withInsecurePort.endpoint())
                .returns(null, Endpoint::certificatesDirectory)
                .returns("tcp", endpoint -> endpoint.dockerHost().getScheme());
    }

    @Test
    void theInsecurePortIsWarnedOf() {
        try (ChildJvm child = ChildJvm.start(SocketOnlyProgram.class, "insecure-port")) {
            child.await("VERSION");
            child.awaitEnd();
            assertThat(child.output().lines().filter(line -> line.contains(" WARN ")))
                    .singleElement()
                    .asString()
                    .contains("is open at 127.0.0.1:")
                    .contains("without TLS")
                    .contains("use port(..) instead of insecurePort(..)");
        }
    }

    private static int port(NestedDocker docker) {
        return docker.endpoint().dockerHost().getPort();
    }

    private static Set<String> publishedPorts(NestedDocker docker) {
        return OuterTestEngine.inspect(docker.daemonContainerId())
                .orElseThrow()
                .getNetworkSettings()
                .getPorts()
                .getBindings()
                .values()
                .stream()
                .filter(bindings -> bindings != null)
                .flatMap(Arrays::stream)
                .map(binding -> binding.getHostIp())
                .collect(Collectors.toSet());
    }

    private static Command.Outcome dockerVersion(Map<String, String> environment) {
        return Command.run(environment, "", "docker", "version", "--format", "{{.Server.Version}}");
    }
}
