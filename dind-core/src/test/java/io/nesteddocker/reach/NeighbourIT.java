package io.nesteddocker.reach;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.Ports.Binding;
import io.nesteddocker.Endpoint.Neighbour;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.testing.Command.Outcome;
import io.nesteddocker.testing.InnerContainers;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterNeighbour;
import io.nesteddocker.testing.OuterNetwork;
import io.nesteddocker.testing.OuterTestEngine;
import io.nesteddocker.testing.TinyImage;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A second outer container on a daemon's network can use the daemon by TLS only with the certificate. */
@Timeout(180)
@ExtendWith(LeakCheck.class)
class NeighbourIT {

    private static final String[] HELLO = {"docker", "run", "--rm", TinyImage.NAME, "echo", "hello"};
    private static final Outcome SAID_HELLO = new Outcome(0, "hello");
    private static final String OTHER_FOLDER = "/of-the-other";

    private static OuterNetwork network;
    private static NestedDocker docker;
    private static NestedDocker other;
    private static Neighbour endpoint;

    @BeforeAll
    static void start() {
        network = OuterNetwork.create();
        docker = NestedDocker.builder()
                .network(network.name(), "docker")
                .listenOnNetworks()
                .images(TinyImage.NAME)
                .start();
        other = NestedDocker.builder().listenOnNetworks().start();
        endpoint = docker.endpointFor(network.name());
        endpoint.volume();
        endpoint.forUser(1000).volume();
        other.endpointFor(network.name());
    }

    @AfterAll
    static void close() {
        try {
            docker.close();
            other.close();
        } finally {
            network.close();
        }
    }

    @Test
    void aNeighbourWithCopiedFilesRunsContainersInTheDaemon() {
        assertThat(OuterNeighbour.withFiles(network.name(), endpoint, HELLO)).isEqualTo(SAID_HELLO);
    }

    @Test
    void aNeighbourWithTheVolumeRunsContainersInTheDaemon() {
        assertThat(OuterNeighbour.withVolume(network.name(), endpoint, "0", HELLO))
                .isEqualTo(SAID_HELLO);
    }

    @Test
    void aNeighbourThatIsNotRootUsesCopiedFilesInAFolderOfItsChoice() {
        Neighbour ofUser = endpoint.forUser(1000).in("/certs/client");
        try (OuterNeighbour container =
                OuterNeighbour.on(network.name(), ofUser, request -> request.withUser("1000:1000"), HELLO)) {
            ofUser.copyInto(container.id());
            assertThat(container.run()).isEqualTo(SAID_HELLO);
        }
    }

    @Test
    void aNeighbourThatIsNotRootUsesTheVolume() {
        assertThat(OuterNeighbour.withVolume(network.name(), endpoint.forUser(1000), "1000:1000", HELLO))
                .isEqualTo(SAID_HELLO);
    }

    @Test
    void aRunningNeighbourUsesCopiedFiles() {
        try (OuterNeighbour container =
                OuterNeighbour.on(network.name(), endpoint, request -> request, "sleep", "600")) {
            container.start();
            endpoint.copyInto(container.id());
            assertThat(InnerContainers.exec(OuterTestEngine.client(), container.id(), HELLO))
                    .isEqualTo("hello");
        }
    }

    @Test
    void theOtherNameOfTheDaemonOnTheNetworkIsInTheCertificate() {
        Outcome outcome = OuterNeighbour.withFiles(
                network.name(), endpoint, "docker", "--host", "tcp://docker:2376", "info", "--format", "{{.Name}}");
        assertThat(outcome)
                .isEqualTo(new Outcome(0, docker.client().infoCmd().exec().getName()));
    }

    @Test
    void theFilesAreReadableByTheirUserAlone() {
        String folder = endpoint.certificatesDirectory();
        assertThat(OuterNeighbour.withFiles(
                                network.name(),
                                endpoint.forUser(1000),
                                "stat",
                                "-c",
                                "%a %u %n",
                                folder,
                                folder + "/ca.pem",
                                folder + "/cert.pem",
                                folder + "/key.pem")
                        .output())
                .isEqualTo("700 1000 %1$s\n600 1000 %1$s/ca.pem\n600 1000 %1$s/cert.pem\n600 1000 %1$s/key.pem"
                        .formatted(folder));
    }

    @Test
    void anotherUserDoesNotReadTheVolume() {
        Outcome outcome = OuterNeighbour.withVolume(
                network.name(), endpoint, "1000:1000", "cat", endpoint.certificatesDirectory() + "/key.pem");
        assertThat(outcome.exitCode()).isNotZero();
        assertThat(outcome.output()).contains("Permission denied");
    }

    @Test
    void aNeighbourWithoutACertificateIsRefused() {
        Outcome outcome = OuterNeighbour.withFiles(
                network.name(),
                endpoint,
                "sh",
                "-c",
                "rm $DOCKER_CERT_PATH/cert.pem $DOCKER_CERT_PATH/key.pem; docker version");
        assertThat(outcome.exitCode()).isNotZero();
        assertThat(outcome.output()).containsAnyOf("certificate required", "bad certificate");
    }

    @Test
    void aNeighbourThatSpeaksPlainTextIsRefused() {
        Outcome outcome = OuterNeighbour.withFiles(
                network.name(), endpoint, "sh", "-c", "unset DOCKER_TLS_VERIFY DOCKER_CERT_PATH; docker version");
        assertThat(outcome.exitCode()).isNotZero();
        assertThat(outcome.output()).contains("HTTP request to an HTTPS server");
    }

    @Test
    void aNeighbourWithTheCertificateOfAnotherDaemonIsRefused() {
        try (OuterNeighbour container = OuterNeighbour.on(
                network.name(),
                endpoint,
                request -> request,
                "sh",
                "-c",
                "cp " + OTHER_FOLDER + "/cert.pem " + OTHER_FOLDER + "/key.pem $DOCKER_CERT_PATH; docker version")) {
            endpoint.copyInto(container.id());
            other.endpointFor(network.name()).in(OTHER_FOLDER).copyInto(container.id());
            Outcome outcome = container.run();
            assertThat(outcome.exitCode()).isNotZero();
            assertThat(outcome.output())
                    .containsAnyOf("unknown certificate authority", "bad certificate", "certificate required");
        }
    }

    @Test
    void aContainerOnAnotherNetworkDoesNotFindTheDaemon() {
        try (OuterNetwork elsewhere = OuterNetwork.create()) {
            Outcome outcome = OuterNeighbour.withFiles(elsewhere.name(), endpoint, "docker", "version");
            assertThat(outcome.exitCode()).isNotZero();
        }
    }

    @Test
    void aDaemonJoinsANetworkThatWasMadeAfterItsStart() {
        try (OuterNetwork late = OuterNetwork.createApart();
                NestedDocker daemon = NestedDocker.builder()
                        .listenOnNetworks()
                        .images(TinyImage.NAME)
                        .start()) {
            String resolvers = daemon.exec("cat", "/etc/resolv.conf").stdout();
            assertThat(OuterNeighbour.withFiles(late.name(), daemon.endpointFor(late.name()), HELLO))
                    .isEqualTo(SAID_HELLO);
            assertThat(daemon.exec("cat", "/etc/resolv.conf").stdout())
                    .as("the name servers, of which inner containers can't reach the network's")
                    .isEqualTo(resolvers);
        }
    }

    @Test
    void aDaemonWhoseNameIsNoHostNameHasAnotherOnTheNetwork() {
        String name = "Nested_Docker-test." + OuterTestEngine.thisJvm();
        try (OuterNetwork late = OuterNetwork.createApart();
                NestedDocker daemon = NestedDocker.builder()
                        .name(name)
                        .network(network.name())
                        .listenOnNetworks()
                        .start()) {
            Neighbour here = daemon.endpointFor(network.name());
            assertThat(here.dockerHost().getHost()).startsWith("nested-docker-");
            assertThat(OuterNeighbour.withFiles(network.name(), here, "docker", "version"))
                    .extracting(Outcome::exitCode)
                    .isEqualTo(0);
            Neighbour there = daemon.endpointFor(late.name());
            assertThat(OuterNeighbour.withFiles(late.name(), there, "docker", "version"))
                    .extracting(Outcome::exitCode)
                    .isEqualTo(0);
        }
    }

    @Test
    void aDaemonWithAPortHasNeighboursToo() {
        OuterTestEngine.assumePublishedPortsAreReachable();
        try (NestedDocker daemon =
                NestedDocker.builder().network(network.name()).port(0).start()) {
            Neighbour here = daemon.endpointFor(network.name());
            assertThat(OuterNeighbour.withFiles(network.name(), here, "docker", "info", "--format", "{{.ID}}"))
                    .isEqualTo(new Outcome(0, daemon.client().infoCmd().exec().getId()));
        }
    }

    @Test
    void theEndpointStaysRightAfterARestartAndAReset() {
        try (NestedDocker daemon = NestedDocker.builder()
                .network(network.name())
                .listenOnNetworks()
                .images(TinyImage.NAME)
                .start()) {
            Neighbour before = daemon.endpointFor(network.name());
            String volume = before.volume();
            daemon.restart();
            daemon.reset();
            assertThat(OuterNeighbour.withVolume(network.name(), before, "0", HELLO))
                    .isEqualTo(SAID_HELLO);
            Neighbour after = daemon.endpointFor(network.name());
            assertThat(after).hasToString(before.toString());
            assertThat(after.volume()).isEqualTo(volume);
        }
    }

    @Test
    void noPortIsPublishedForNeighbours() {
        Map<ExposedPort, Binding[]> published = OuterTestEngine.inspect(docker.daemonContainerId())
                .orElseThrow()
                .getNetworkSettings()
                .getPorts()
                .getBindings();
        assertThat(published.values()).allMatch(bindings -> bindings == null || bindings.length == 0);
    }

    @Test
    void theProgramItselfStaysOnItsOwnWay() {
        assertThat(docker.endpoint().certificatesDirectory()).isNull();
        assertThat(docker.endpoint().dockerHost().getScheme()).isEqualTo("unix");
    }
}
