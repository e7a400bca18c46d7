package io.nesteddocker.lifetime;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.HostConfig;
import io.nesteddocker.Endpoint.Neighbour;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.testing.ChildJvm;
import io.nesteddocker.testing.Command.Outcome;
import io.nesteddocker.testing.Eventually;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterNeighbour;
import io.nesteddocker.testing.OuterNetwork;
import io.nesteddocker.testing.OuterTestEngine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.UUID;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests that the volume with a client's key exists only as long as it is useful, and that the key is nowhere else. */
@Timeout(180)
@ExtendWith(LeakCheck.class)
class NeighbourVolumeIT {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final OuterNetwork network = OuterNetwork.createApart();
    private final String kept = "it-kept-" + UUID.randomUUID();

    @AfterEach
    void removeWhatWasMade() {
        OuterTestEngine.removeContainer(kept);
        network.close();
    }

    @Test
    void theVolumeIsGoneAfterClose() {
        String volume;
        try (NestedDocker docker = NestedDocker.builder().listenOnNetworks().start()) {
            volume = docker.endpointFor(network.name()).volume();
            assertThat(OuterTestEngine.hasVolume(volume)).isTrue();
        }
        assertThat(OuterTestEngine.hasVolume(volume)).isFalse();
    }

    @Test
    void aVolumeInUseStaysWhereItIs() {
        String volume;
        OuterNeighbour neighbour;
        try (NestedDocker docker = NestedDocker.builder().listenOnNetworks().start()) {
            Neighbour endpoint = docker.endpointFor(network.name());
            volume = endpoint.volume();
            neighbour = OuterNeighbour.on(
                    network.name(),
                    endpoint,
                    request -> request.withHostConfig(HostConfig.newHostConfig()
                            .withNetworkMode(network.name())
                            .withBinds(Bind.parse(endpoint.bind()))),
                    "ls",
                    endpoint.certificatesDirectory());
        }
        try (neighbour) {
            assertThat(neighbour.run()).isEqualTo(new Outcome(0, "ca.pem\ncert.pem\nkey.pem"));
        } finally {
            OuterTestEngine.removeVolume(volume);
        }
    }

    @Test
    void theNextStartRemovesTheVolumeOfAProgramThatWasKilled() {
        try (ChildJvm child = ChildJvm.start(VictimProgram.class, "neighbour", network.name())) {
            child.await("READY");
            String volume = child.await("VOLUME");
            String container = child.await("CONTAINER");
            assertThat(OuterTestEngine.hasVolume(volume)).isTrue();
            child.signal("KILL");
            child.awaitEnd();
            Eventually.await(PATIENCE, "the daemon container is gone", () -> !OuterTestEngine.hasContainer(container));
            try (NestedDocker docker = NestedDocker.builder().start()) {
                assertThat(Eventually.holds(PATIENCE, () -> !OuterTestEngine.hasVolume(volume)))
                        .as("swept beside the start of " + docker.name())
                        .isTrue();
            }
            assertThat(OuterTestEngine.leftoversOf(child.pid())).isEmpty();
        }
    }

    @Test
    void aProgramThatAttachesHasNeighboursToo() {
        NestedDocker.builder()
                .name(kept)
                .label(OuterTestEngine.MARK, OuterTestEngine.thisJvm())
                .listenOnNetworks()
                .keepRunning()
                .start()
                .close();
        String volume;
        try (NestedDocker docker = NestedDocker.attach(kept)) {
            Neighbour endpoint = docker.endpointFor(network.name());
            volume = endpoint.volume();
            assertThat(docker.endpoint().certificatesDirectory()).isNull();
            assertThat(OuterNeighbour.withVolume(
                            network.name(), endpoint, "0", "docker", "info", "--format", "{{.ID}}"))
                    .isEqualTo(new Outcome(0, docker.client().infoCmd().exec().getId()));
        }
        assertThat(OuterTestEngine.hasVolume(volume)).isFalse();
    }

    @Test
    void theKeyIsInNothingThatTheOuterEngineShows() throws IOException {
        try (NestedDocker docker = NestedDocker.builder().listenOnNetworks().start()) {
            Neighbour endpoint = docker.endpointFor(network.name());
            String volume = endpoint.volume();
            try (OuterNeighbour neighbour = OuterNeighbour.on(network.name(), endpoint, request -> request, "true")) {
                endpoint.copyInto(neighbour.id());
                String shown = String.join(
                        "\n",
                        OuterTestEngine.inspect(neighbour.id()).orElseThrow().toString(),
                        OuterTestEngine.inspect(docker.daemonContainerId())
                                .orElseThrow()
                                .toString(),
                        OuterTestEngine.client().inspectVolumeCmd(volume).exec().toString(),
                        endpoint.toString(),
                        String.join("\n", docker.logs()));
                assertThat(shown).contains(docker.name()).doesNotContain(key(neighbour.id(), endpoint));
            }
        }
    }

    /** Returns the second line of the key file, which is part of the key itself. */
    private static String key(String container, Neighbour endpoint) throws IOException {
        try (TarArchiveInputStream tar = new TarArchiveInputStream(OuterTestEngine.client()
                .copyArchiveFromContainerCmd(container, endpoint.certificatesDirectory() + "/key.pem")
                .exec())) {
            TarArchiveEntry file = tar.getNextEntry();
            assertThat(file.getMode() & 0777).isEqualTo(0600);
            String line = new String(tar.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .skip(1)
                    .findFirst()
                    .orElseThrow();
            assertThat(Base64.getMimeDecoder().decode(line)).isNotEmpty();
            return line;
        }
    }
}
