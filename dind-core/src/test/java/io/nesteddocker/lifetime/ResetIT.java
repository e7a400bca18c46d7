package io.nesteddocker.lifetime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.BuildImageResultCallback;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.ContainerSpec;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Info;
import com.github.dockerjava.api.model.Network;
import com.github.dockerjava.api.model.RestartPolicy;
import com.github.dockerjava.api.model.ServiceSpec;
import com.github.dockerjava.api.model.SwarmSpec;
import com.github.dockerjava.api.model.TaskSpec;
import com.github.dockerjava.api.model.Volume;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.testing.ErrorSentence;
import io.nesteddocker.testing.InnerContainers;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.TarBall;
import io.nesteddocker.testing.TinyImage;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests that a reset returns a used daemon to its state after the start. */
@ExtendWith(LeakCheck.class)
class ResetIT {

    private static NestedDocker fresh;

    @BeforeAll
    static void startTheOneToCompareWith() {
        fresh = NestedDocker.builder().start();
    }

    @AfterAll
    static void close() {
        fresh.close();
    }

    @Test
    void bringsBackEverythingThatUsersCanAddTo() {
        try (NestedDocker docker = NestedDocker.builder().start()) {
            DockerClient inner = docker.client();
            TinyImage.into(docker);
            InnerContainers.startSleeper(inner, request -> request.withName("running"));
            inner.createContainerCmd(TinyImage.NAME).withName("created").exec();
            InnerContainers.start(
                    inner,
                    request -> request.withName("restarting")
                            .withHostConfig(
                                    HostConfig.newHostConfig().withRestartPolicy(RestartPolicy.alwaysRestart())),
                    "true");
            String paused = InnerContainers.startSleeper(
                    inner,
                    request -> request.withName("paused")
                            .withHostConfig(
                                    HostConfig.newHostConfig().withBinds(new Bind("data", new Volume("/data")))));
            inner.pauseContainerCmd(paused).exec();
            inner.createNetworkCmd().withName("mine").exec();
            InnerContainers.startSleeper(
                    inner,
                    request -> request.withName("on-my-network")
                            .withHostConfig(HostConfig.newHostConfig().withNetworkMode("mine")));
            inner.createVolumeCmd().withName("more-data").exec();
            build(inner, "FROM " + TinyImage.NAME + "\nRUN echo one >/one\nRUN echo two >/two\n", "mine:one");
            build(inner, "FROM mine:one\nRUN echo three >/three\nLABEL a=b\n", "mine:two");
            inner.tagImageCmd("mine:two", "mine", "other").exec();
            addPlugin(docker);
            inner.initializeSwarmCmd(new SwarmSpec())
                    .withAdvertiseAddr("127.0.0.1")
                    .exec();
            inner.createServiceCmd(new ServiceSpec()
                            .withName("served")
                            .withTaskTemplate(new TaskSpec()
                                    .withContainerSpec(new ContainerSpec()
                                            .withImage(TinyImage.NAME)
                                            .withCommand(List.of("sleep", "1000")))))
                    .exec();
            assertThat(stateOf(docker)).isNotEqualTo(stateOf(fresh));

            docker.reset();

            assertThat(stateOf(docker)).isEqualTo(stateOf(fresh));
            TinyImage.into(docker);
            assertThat(InnerContainers.output(inner, "echo", "still of use")).isEqualTo("still of use");
            docker.reset();
            docker.reset();
            assertThat(stateOf(docker)).isEqualTo(stateOf(fresh));
        }
    }

    @Test
    void keepsImagesThatWereThereAtTheStartAndTheirNames() {
        try (NestedDocker docker = NestedDocker.builder().images(TinyImage.NAME).start()) {
            DockerClient inner = docker.client();
            Map<String, Object> before = stateOf(docker);
            inner.tagImageCmd(TinyImage.NAME, "mine", "one").exec();
            build(inner, "FROM " + TinyImage.NAME + "\nRUN echo one >/one\n", "mine:built");
            inner.removeImageCmd(TinyImage.NAME).exec();

            docker.reset();

            assertThat(stateOf(docker)).isEqualTo(before);
            assertThat(InnerContainers.output(inner, "echo", "still of use")).isEqualTo("still of use");

            docker.reset();
            inner.removeImageCmd(TinyImage.NAME).withForce(true).exec();

            ErrorSentence.of(Assertions.catchThrowable(docker::reset))
                    .tried("reset the inner engine of")
                    .on(docker.name())
                    .because("missing image sha256:")
                    .cure("start another");
        }
    }

    @Test
    void refusesWhereSettingsWereChangedAndWakesAPausedDaemon() {
        try (NestedDocker docker = NestedDocker.builder().start()) {
            docker.pause();
            docker.reset();
            docker.client().pingCmd().exec();
            assertThat(docker.exec(
                                    "sh",
                                    "-c",
                                    "mkdir -p /etc/docker && echo '{\"debug\": true}' >/etc/docker/daemon.json")
                            .exitCode())
                    .isZero();

            ErrorSentence.of(Assertions.catchThrowable(docker::reset))
                    .tried("reset the inner engine of")
                    .on(docker.name())
                    .because("changed settings in /etc/docker/daemon.json")
                    .cure("start another");
        }
    }

    /** Creates a plugin that consists of a description only; it is listed, although it can't be enabled. */
    private static void addPlugin(NestedDocker docker) {
        assertThat(docker.exec(
                                "sh",
                                "-ec",
                                "mkdir -p /tmp/plugin/rootfs"
                                        + " && echo '{\"description\": \"a test\", \"documentation\": \"\", \"entrypoint\": [\"/x\"],"
                                        + " \"interface\": {\"types\": [\"docker.volumedriver/1.0\"], \"socket\": \"x.sock\"}}'"
                                        + " >/tmp/plugin/config.json"
                                        + " && docker plugin create mine/plugin /tmp/plugin && rm -r /tmp/plugin"
                                        + " && docker plugin ls | grep -q mine/plugin")
                        .exitCode())
                .isZero();
    }

    private static void build(DockerClient inner, String dockerfile, String tag) {
        inner.buildImageCmd(TarBall.of("Dockerfile", dockerfile))
                .withTags(Set.of(tag))
                .exec(new BuildImageResultCallback())
                .awaitImageId();
    }

    /** Returns all that a daemon reports about its content and that is equal for any two fresh daemons. */
    private static Map<String, Object> stateOf(NestedDocker docker) {
        DockerClient inner = docker.client();
        Info info = inner.infoCmd().exec();
        Map<String, Object> state = new TreeMap<>();
        state.put(
                "containers", inner.listContainersCmd().withShowAll(true).exec().size());
        state.put(
                "counted",
                Stream.of(
                                info.getContainers(),
                                info.getContainersPaused(),
                                info.getContainersRunning(),
                                info.getContainersStopped(),
                                info.getImages())
                        .map(String::valueOf)
                        .collect(Collectors.joining(" ")));
        state.put(
                "networks",
                inner.listNetworksCmd().exec().stream()
                        .map(Network::getName)
                        .sorted()
                        .toList());
        state.put("volumes", String.valueOf(inner.listVolumesCmd().exec().getVolumes()));
        state.put(
                "images",
                inner.listImagesCmd().withShowAll(true).exec().stream()
                        .map(image -> image.getId() + Arrays.toString(image.getRepoTags()))
                        .sorted()
                        .toList());
        state.put("swarm", String.valueOf(info.getSwarm().getLocalNodeState()));
        state.put("plugins", new ObjectMapper().valueToTree(info.getPlugins()).toString());
        // A daemon lists its labels and its registries in any order.
        state.put("debug", String.valueOf(info.getDebug()));
        state.put(
                "labels",
                Arrays.stream(info.getLabels())
                        // Other tests make and remove outer networks between the starts of two daemons.
                        .filter(label -> !label.startsWith("io.nesteddocker.networks="))
                        .filter(label -> !label.contains("shared-folder"))
                        .sorted()
                        .toList());
        state.put(
                "registries",
                Arrays.stream(new ObjectMapper()
                                .valueToTree(info.getRegistryConfig())
                                .toString()
                                .split("[\\[\\]{},]+"))
                        .sorted()
                        .toList());
        state.put(
                "own plugins", docker.exec("docker", "plugin", "ls", "--quiet").stdout());
        state.put(
                "disk",
                docker.exec("docker", "system", "df", "--format", "{{.Type}} {{.TotalCount}} {{.Size}}")
                        .stdout());
        return state;
    }
}
