package io.nesteddocker.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.nesteddocker.DaemonImage;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.internal.plan.LeastPrivilege;
import io.nesteddocker.testing.Command;
import io.nesteddocker.testing.Command.Outcome;
import io.nesteddocker.testing.Eventually;
import io.nesteddocker.testing.InnerContainers;
import io.nesteddocker.testing.InnerStore;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import io.nesteddocker.testing.Sockets;
import io.nesteddocker.testing.TinyImage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests our daemon image without Java, with the docker command alone. */
@Timeout(180)
@ExtendWith(LeakCheck.class)
class DaemonImageContractIT {

    private static final String NAME =
            "nested-docker-test-contract-" + ProcessHandle.current().pid();
    private static final String IMAGE = DaemonImage.defaultImage().reference();
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @BeforeAll
    static void assumeOurOwnImage() {
        String image = Command.run("docker", "image", "inspect", "--format", "{{.Config.Entrypoint}}", IMAGE)
                .output();
        assumeThat(image)
                .as("the default daemon image %s is not our own, its entrypoint is %s", IMAGE, image)
                .contains("dind-init.sh");
    }

    @AfterEach
    void removeTheContainer() {
        OuterTestEngine.removeContainer(NAME);
    }

    @Test
    void withoutACommandItStartsAShellWithDocker() {
        String run =
                run("-i", "-t", IMAGE).stream().map(word -> "'" + word + "'").collect(Collectors.joining(" "));
        Outcome outcome = Command.run(
                Map.of(),
                "docker version --format 'inner={{.Server.Version}}'; echo shell=$0\nexit 7\n",
                "script",
                "--quiet",
                "--return",
                "--command",
                run,
                "/dev/null");
        assertThat(outcome.output()).contains("inner=" + innerVersion()).contains("shell=bash");
        assertThat(outcome.exitCode()).isEqualTo(7);
    }

    @Test
    void aCommandThatIsGivenRunsWithADaemonBesideIt() {
        assertThat(docker(run(IMAGE, "docker", "info", "--format", "{{.Driver}}")))
                .isEqualTo(new Outcome(0, "overlay2"));
    }

    @Test
    void theCommandsExitCodeIsTheContainers() {
        assertThat(docker(run(IMAGE, "sh", "-c", "exit 42")).exitCode()).isEqualTo(42);
    }

    @Test
    void theCommandHearsItsInput() {
        assertThat(docker("hear me\n", run("-i", IMAGE, "cat"))).isEqualTo(new Outcome(0, "hear me"));
    }

    @Test
    void thePortAnswersInPlainTextOnTheLoopbackAddress() throws IOException {
        OuterTestEngine.assumeLoopbackIsTheEngines();
        int port = freePort();
        runInBackground("--env=PORT=4444", "--publish=127.0.0.1:" + port + ":4444", IMAGE);
        Eventually.await(
                PATIENCE, "the port answers", () -> Sockets.plainAnswer(port).contains("ApiVersion"));
        assertThat(Command.run(
                        Map.of("DOCKER_HOST", "tcp://127.0.0.1:" + port, "DOCKER_TLS_VERIFY", ""),
                        "",
                        "docker",
                        "version",
                        "--format",
                        "{{.Server.Version}}"))
                .isEqualTo(new Outcome(0, innerVersion()));
    }

    @Test
    void aDaemonInTheForegroundStopsInOrder() {
        runInBackground("--env=PORT=4444", IMAGE);
        awaitInLog("API listen on");
        Command.succeed("docker", "stop", "--time=20", NAME);
        assertThat(OuterTestEngine.inspect(NAME).orElseThrow().getState().getExitCodeLong())
                .isZero();
    }

    @Test
    void thePortIsWarnedOf() {
        runInBackground("--env=PORT=4444", IMAGE);
        awaitInLog("API listen on");
        assertThat(Command.run("docker", "logs", NAME).output())
                .contains("anyone who can connect to port 4444 controls this daemon")
                .contains("publish it on 127.0.0.1 only");
    }

    @Test
    void aPortThatIsNoneIsRefused() {
        Outcome outcome = docker(run("--env=PORT=many", IMAGE));
        assertThat(outcome)
                .isEqualTo(new Outcome(64, "dind-init: failed: PORT is \"many\" but must be a number from 1 to 65535"));
    }

    @Test
    void flagsMeanADaemonInTheForeground() {
        runInBackground(IMAGE, "dockerd", "--debug");
        awaitInLog("level=debug");
        awaitInLog("API listen on /var/run/docker.sock");
        assertThat(Command.run("docker", "exec", NAME, "docker", "version", "--format", "{{.Server.Version}}")
                        .output())
                .isEqualTo(innerVersion());
    }

    @Test
    void theDaemonsLogGoesToTheFileThatIsGiven() {
        assertThat(docker(run("--env=LOG=/tmp/own.log", IMAGE, "grep", "-c", "API listen on", "/tmp/own.log")))
                .isEqualTo(new Outcome(0, "1"));
    }

    @Test
    void moreFlagsComeFromTheEnvironment() {
        // dockerd keeps its labels in a map, so their order changes from start to start.
        assertThat(docker(run(
                                "--env=DOCKER_DAEMON_ARGS=--label=one=1 --label=two=2",
                                IMAGE,
                                "docker",
                                "info",
                                "--format",
                                "{{range .Labels}}{{println .}}{{end}}"))
                        .output()
                        .lines())
                .contains("one=1", "two=2");
    }

    @Test
    void aFlagThatDockerdRejectsEndsTheContainerWithItsWords() {
        Outcome outcome = docker(run("--env=DOCKER_DAEMON_ARGS=--no-such-flag", IMAGE, "true"));
        assertThat(outcome.exitCode()).isEqualTo(71);
        assertThat(outcome.output()).contains("dind-init: failed: dockerd").contains("unknown flag: --no-such-flag");
    }

    @Test
    void theDataRootIsAVolume() {
        runInBackground(IMAGE, "sleep", "60");
        assertThat(OuterTestEngine.inspect(NAME).orElseThrow().getMounts())
                .singleElement()
                .satisfies(mount -> assertThat(mount.getDestination().getPath()).isEqualTo("/var/lib/docker"));
    }

    @Test
    void theCommandDoesNotSeeTheSettings() {
        assertThat(docker(run(
                                "--env=LOG=/tmp/own.log",
                                "--env=DOCKER_HOST=tcp://192.0.2.1:1",
                                "--env=KEPT=yes",
                                IMAGE,
                                "sh",
                                "-c",
                                "echo $LOG$DOCKER_HOST$KEPT"))
                        .output())
                .isEqualTo("yes");
    }

    @Test
    void aContainerWithoutPrivilegeIsToldWhatItLacks() {
        Outcome outcome = Command.run("docker", "run", "--name=" + NAME, IMAGE, "true");
        assertThat(outcome.exitCode()).isEqualTo(73);
        assertThat(outcome.output().lines().reduce("", (first, last) -> last))
                .startsWith("dind-init: failed: mount ")
                .contains("was refused")
                .contains("start it with --privileged or with the capabilities");
    }

    /** The first image has only a busybox userland, the second has the metadata of the official image. */
    @ParameterizedTest
    @ValueSource(strings = {"nested-docker-test:busybox-userland", InnerStore.OFFICIAL_IMAGE})
    void theLibraryStartsImagesThatAreNotOurs(String image) {
        Outcome probe = Command.run("docker", "image", "inspect", "--format", "{{.Id}}", image);
        assumeThat(probe.exitCode())
                .as("the test image is missing, ./dev test makes it: %s", probe.output())
                .isZero();
        try (NestedDocker docker = NestedDocker.builder().image(image).port(0).start()) {
            TinyImage.into(docker);
            assertThat(InnerContainers.output(docker.client(), "echo", "inside"))
                    .isEqualTo("inside");
        }
    }

    private static List<String> run(String... rest) {
        List<String> command = new ArrayList<>(List.of("docker", "run", "--name=" + NAME));
        LeastPrivilege.CAPABILITIES.keySet().forEach(capability -> command.add("--cap-add=" + capability));
        LeastPrivilege.SECURITY_OPTIONS.forEach(option -> command.add("--security-opt=" + option));
        LeastPrivilege.DEVICE_RULES.forEach(rule -> command.add("--device-cgroup-rule=" + rule));
        command.add("--security-opt=systempaths=unconfined");
        command.addAll(Arrays.asList(rest));
        return command;
    }

    private static void runInBackground(String... rest) {
        List<String> command = run("--detach");
        command.addAll(Arrays.asList(rest));
        Command.succeed(command.toArray(String[]::new));
    }

    private static Outcome docker(List<String> command) {
        return docker("", command);
    }

    private static Outcome docker(String input, List<String> command) {
        return Command.run(Map.of(), input, command.toArray(String[]::new));
    }

    private static void awaitInLog(String words) {
        String log = Eventually.value(
                PATIENCE, () -> Command.run("docker", "logs", NAME).output(), text -> text.contains(words));
        assertThat(log).contains(words);
    }

    private static String innerVersion() {
        return Command.succeed("docker", "run", "--rm", "--entrypoint=dockerd", IMAGE, "--version")
                .replaceFirst("Docker version ([^,]*),.*", "$1");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
