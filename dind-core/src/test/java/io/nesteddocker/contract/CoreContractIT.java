package io.nesteddocker.contract;

import static io.nesteddocker.testing.InnerContainers.exec;
import static io.nesteddocker.testing.InnerContainers.log;
import static io.nesteddocker.testing.InnerContainers.output;
import static io.nesteddocker.testing.InnerContainers.start;
import static io.nesteddocker.testing.InnerContainers.startSleeper;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.BuildImageResultCallback;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Info;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.RestartPolicy;
import io.nesteddocker.ExecResult;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.Privilege;
import io.nesteddocker.StartupException;
import io.nesteddocker.testing.DockerCommand;
import io.nesteddocker.testing.ErrorSentence;
import io.nesteddocker.testing.Eventually;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import io.nesteddocker.testing.TarBall;
import io.nesteddocker.testing.TinyImage;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests what every inner engine must do; {@code ./dev test --matrix} runs this class with each of them on each outer engine. */
@ExtendWith(LeakCheck.class)
@Timeout(180)
class CoreContractIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String WEB_SERVER = "mkdir /www && echo served > /www/index.html && httpd -f -p 8080 -h /www";

    private static NestedDocker docker;
    private static DockerClient inner;

    @BeforeAll
    static void startWithDefaults() {
        docker = NestedDocker.builder().start();
        inner = docker.client();
        TinyImage.into(docker);
        // This may create a file that exists as long as the daemon; it must not count as a leftover of a single test.
        docker.endpoint();
    }

    @AfterAll
    static void close() {
        if (docker != null) {
            docker.close();
        }
    }

    @Test
    void runsAContainer() {
        assertThat(output(inner, "echo", "hello from inside")).isEqualTo("hello from inside");
    }

    @Test
    void theOuterEngineKnowsNothingOfInnerContainers() {
        String id = startSleeper(inner, request -> request);
        assertThat(OuterTestEngine.hasContainer(id)).isFalse();
    }

    @Test
    void theDaemonContainerRunsOnTheOuterEngine() {
        assertThat(OuterTestEngine.inspect(docker.daemonContainerId())
                        .orElseThrow()
                        .getName())
                .isEqualTo("/" + docker.name());
    }

    @Test
    void buildsAnImage() {
        String dockerfile = "FROM " + TinyImage.NAME + "\nRUN echo built inside > /made\nCMD cat /made\n";
        String image = inner.buildImageCmd(TarBall.of("Dockerfile", dockerfile))
                .exec(new BuildImageResultCallback())
                .awaitImageId(60, TimeUnit.SECONDS);
        String container = inner.createContainerCmd(image).exec().getId();
        inner.startContainerCmd(container).exec();
        assertThat(Eventually.value(PATIENCE, () -> log(inner, container), text -> !text.isEmpty()))
                .isEqualTo("built inside");
    }

    @Test
    void containersOnOneNetworkReachEachOtherByName() {
        String network = inner.createNetworkCmd().withName("together").exec().getId();
        start(inner, request -> request.withName("web").withHostConfig(onNetwork("together")), "sh", "-c", WEB_SERVER);
        assertThat(output(inner, request -> request.withHostConfig(onNetwork("together")), fetch("http://web:8080/")))
                .isEqualTo("served");
        inner.removeContainerCmd("web").withForce(true).exec();
        inner.removeNetworkCmd(network).exec();
    }

    @Test
    void aPublishedPortIsReachedInTheDaemonContainer() {
        String web = start(
                inner,
                request -> request.withExposedPorts(ExposedPort.tcp(8080))
                        .withHostConfig(HostConfig.newHostConfig().withPortBindings(PortBinding.parse("18080:8080"))),
                "sh",
                "-c",
                WEB_SERVER);
        assertThat(output(
                        inner, request -> request.withHostConfig(onNetwork("host")), fetch("http://127.0.0.1:18080/")))
                .isEqualTo("served");
        inner.removeContainerCmd(web).withForce(true).exec();
    }

    @Test
    void runsCommandsInARunningContainer() {
        String container = startSleeper(inner, request -> request);
        assertThat(exec(inner, container, "echo", "from", "exec")).isEqualTo("from exec");
    }

    @Test
    void aVolumeOutlivesItsContainer() {
        HostConfig withVolume = HostConfig.newHostConfig().withBinds(Bind.parse("kept:/data"));
        output(inner, request -> request.withHostConfig(withVolume), "sh", "-c", "echo remembered > /data/file");
        assertThat(output(inner, request -> request.withHostConfig(withVolume), "cat", "/data/file"))
                .isEqualTo("remembered");
    }

    @Test
    void aContainerWithARestartPolicyIsStartedAgain() {
        String container = start(
                inner,
                request -> request.withHostConfig(
                        HostConfig.newHostConfig().withRestartPolicy(RestartPolicy.onFailureRestart(1))),
                "false");
        assertThat(Eventually.value(
                                PATIENCE,
                                () -> inner.inspectContainerCmd(container).exec(),
                                state -> state.getRestartCount() == 1)
                        .getRestartCount())
                .isEqualTo(1);
    }

    @Test
    void limitsOfAnInnerContainerHold() {
        assumeThat(inner.infoCmd().exec().getMemoryLimit())
                .as(
                        "MemoryLimit in the inner engine's info, which is false where the host keeps the memory controller from its"
                                + " cgroup v2 hierarchy")
                .isTrue();
        String container = startSleeper(
                inner,
                request -> request.withHostConfig(HostConfig.newHostConfig().withMemory(64L << 20)));
        assertThat(exec(
                        inner,
                        container,
                        "sh",
                        "-c",
                        "cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null; :"))
                .isEqualTo(String.valueOf(64L << 20));
    }

    @Test
    void runsCommandsInTheDaemonContainer() {
        assertThat(docker.exec("sh", "-c", "echo out; echo err >&2; exit 3"))
                .isEqualTo(new ExecResult(3, "out\n", "err\n"));
    }

    @Test
    void tellsTheInnerEnginesOwnVersion() {
        assertThat(docker.engine().version())
                .isEqualTo(inner.versionCmd().exec().getVersion());
    }

    @Test
    void tellsTheInnerEnginesOwnStorageDriver() {
        Info info = inner.infoCmd().exec();
        assertThat(docker.engine().storageDriver()).isEqualTo(info.getDriver()).isIn("overlay2", "overlayfs");
    }

    @Test
    void innerCgroupsAreOfTheOuterEnginesVersion() {
        assertThat(docker.engine().cgroupVersion())
                .isEqualTo("2".equals(OuterTestEngine.client().infoCmd().exec().getCGroupVersion()) ? 2 : 1);
    }

    @Test
    void aDaemonOnTheProgramsOwnEngineHasDepthOne() {
        assumeThat(OuterTestEngine.client().infoCmd().exec().getLabels())
                .as("labels of the outer engine, which is nested itself where it has a depth")
                .noneMatch(label -> label.startsWith("io.nesteddocker.depth="));
        assertThat(docker.engine().depth()).isEqualTo(1);
    }

    @Test
    void asksForNoMoreThanLeastPrivilegeByDefault() {
        assertThat(docker.engine().granted()).isEqualTo(Privilege.leastPrivilege());
    }

    @Test
    void theDockerCommandReachesTheInnerEngine() {
        assertThat(DockerCommand.run(docker.endpoint(), "info", "--format", "{{.ID}}"))
                .isEqualTo(inner.infoCmd().exec().getId());
    }

    @Test
    void theDockerCommandStreamsWhatAContainerWrites() {
        assertThat(DockerCommand.run(docker.endpoint(), "run", "--rm", TinyImage.NAME, "echo", "through", "the", "cli"))
                .isEqualTo("through the cli");
    }

    @Test
    void aTlsPortAnswersTheClient() {
        OuterTestEngine.assumePublishedPortsAreReachable();
        try (NestedDocker tls = NestedDocker.builder().port(0).start()) {
            assertThat(tls.client().infoCmd().exec().getId())
                    .isNotEqualTo(inner.infoCmd().exec().getId());
            assertThat(tls.endpoint().certificatesDirectory()).isNotNull();
        }
    }

    @Test
    void aPortThatThisProgramDoesNotReachIsGivenUpWithTheReason() {
        OuterTestEngine.assumePublishedPortsAreUnreachable();
        ErrorSentence.of(catchThrowableOfType(
                        StartupException.class,
                        () -> NestedDocker.builder().port(0).start().close()))
                .tried("start the daemon container")
                .because("the daemon listens, but this program reaches nothing at tcp://127.0.0.1:")
                .because("the outer engine opens ports in another network than this program's")
                .cure("leave out port(..) and insecurePort(..)");
    }

    @Test
    void aTlsPortAnswersTheDockerCommand() {
        OuterTestEngine.assumePublishedPortsAreReachable();
        try (NestedDocker tls = NestedDocker.builder().port(0).start()) {
            assertThat(DockerCommand.run(tls.endpoint(), "info", "--format", "{{.ID}}"))
                    .isEqualTo(tls.client().infoCmd().exec().getId());
        }
    }

    @Test
    void aClosedDaemonIsGone() {
        NestedDocker other = NestedDocker.builder().start();
        List<String> volumes = OuterTestEngine.volumesOf(other.daemonContainerId());
        other.close();
        assertThat(OuterTestEngine.hasContainer(other.daemonContainerId())).isFalse();
        assertThat(volumes).hasSize(1).noneMatch(OuterTestEngine::hasVolume);
    }

    @Test
    void aClosedDaemonTakesItsRunningContainersAlong() {
        NestedDocker other = NestedDocker.builder().start();
        TinyImage.into(other);
        startSleeper(other.client(), request -> request);
        other.close();
        assertThat(OuterTestEngine.hasContainer(other.daemonContainerId())).isFalse();
    }

    private static HostConfig onNetwork(String network) {
        return HostConfig.newHostConfig().withNetworkMode(network);
    }

    /** Returns a command that fetches a URL, and tries again until the server listens. */
    private static String[] fetch(String url) {
        return new String[] {
            "sh",
            "-c",
            "i=0; until wget -q -O - " + url
                    + " 2>/tmp/why; do i=$((i+1)); [ $i -lt 100 ] || { cat /tmp/why; exit 1; }; sleep 0.1; done"
        };
    }
}
