package io.nesteddocker.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.assertj.core.api.Assumptions.assumeThatCode;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Container;
import io.nesteddocker.testing.shared.SoleUse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs the page docs/builds.md: Docker Compose, Buildx and the Compose containers of Testcontainers, with nested daemons. */
@Timeout(540)
class ComposeAndBuildIT {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path PROJECT = Path.of("src", "main", "project");
    private static final String SECRET = "hunter2";

    /** The MD5 sum of the secret, which the Dockerfile computes. */
    private static final String FINGERPRINT = "2ab96390c7dbe3439de74d0c9b0b1767";

    private static final Pattern NAME = Pattern.compile("Nested daemon (\\S+) is ready");

    @TempDir
    private Path folder;

    private final Map<String, String> variables = new HashMap<>();

    private SoleUse port;

    @BeforeEach
    void findDocker() throws Exception {
        port = SoleUse.of("port-8090");
        assumeThatCode(() -> new ServerSocket(8090, 1, InetAddress.getByName("127.0.0.1")).close())
                .as("taking the port that the project publishes")
                .doesNotThrowAnyException();
        variables.putAll(DockerOnPath.variables(Files.createDirectory(folder.resolve("docker"))));
    }

    @AfterEach
    void freeThePort() throws IOException {
        if (port != null) {
            port.close();
        }
    }

    @Test
    void theExampleBuildsWithASecretAndReachesTheService() throws Exception {
        try (StandIns images = StandIns.withBusybox()) {
            assertThat(images).isNotNull();
            Outcome outcome = Outcome.of(
                    folder,
                    variables,
                    ComposeAndBuild.class,
                    PROJECT.toAbsolutePath().toString());

            assertThat(outcome.exitCode()).as(outcome.output()).isZero();
            assertThat(outcome.output())
                    .contains("naming to docker.io/team/web:1", "The service answered " + FINGERPRINT)
                    .doesNotContain(SECRET);
            assertNothingIsLeft(outcome);
        }
    }

    @Test
    void testcontainersStartsAComposeProjectInTheDaemonThatAThreadUses() throws Exception {
        try (StandIns images = StandIns.withBusyboxAndSocat(folder)) {
            assertThat(images).isNotNull();
            variables.put("TOKEN", SECRET);
            Outcome outcome = Outcome.of(
                    folder,
                    variables,
                    ComposeInside.class,
                    PROJECT.resolve("compose.yaml").toAbsolutePath().toString());

            assertThat(outcome.exitCode()).as(outcome.output()).isZero();
            assertThat(outcome.output())
                    .contains("The service answered " + FINGERPRINT, "inside: /")
                    .contains("web-1");
            assertNothingIsLeft(outcome);
        }
    }

    @Test
    void theCommandsOfThePageWorkAsTheyStand() throws Exception {
        Path project = project();
        List<String> blocks = blocks();
        try (StandIns images = StandIns.withBusyboxAndSocat(folder)) {
            assertThat(images).isNotNull();
            assertThat(output(project, blocks.get(0))).contains("Hello from inside");
            assertThat(output(project, blocks.get(1))).contains(FINGERPRINT).doesNotContain(SECRET);
            assertThat(output(project, blocks.get(3)))
                    .contains("The service of the Compose project answered at localhost.", "Tests run: 2, Failures: 0");
        }
    }

    @Test
    void theBuildOfThePageReusesTheLayersOfAnEarlierDaemon() throws Exception {
        Path project = project();
        String build = blocks().get(2);
        try (StandIns images = StandIns.withBusybox()) {
            assertThat(images).isNotNull();
            Outcome first = outcome(project, build);
            assumeThat(first.output())
                    .as("what Buildx says if the daemon has the classic image store")
                    .doesNotContain("Cache export is not supported for the docker driver");
            assertThat(first.exitCode()).as(first.output()).isZero();
            assertThat(first.output())
                    .contains("naming to docker.io/team/web:1")
                    .doesNotContain(SECRET);

            assertThat(output(project, build)).containsPattern("fingerprint.txt\\n#\\d+ CACHED");
        }
    }

    /** Creates a folder with the files of the page, a build that does not know the library, and a {@code ./dev run}. */
    private Path project() throws IOException {
        Path project = Files.createDirectory(folder.resolve("project"));
        copy(PROJECT, project);
        copy(Path.of("src", "test", "foreign-build"), project);
        Files.writeString(
                project.resolve(".mvn/maven.config"),
                System.getProperty("foreign-build.versions").replace(' ', '\n') + "\n-Dimage=" + StandIns.BUSYBOX
                        + "\n-Dtarget=target\n");
        Path dev = project.resolve("dev");
        // Runs "./dev run" without the preparation of engine, image and classes, which exist already.
        Files.writeString(dev, """
                #!/usr/bin/env bash
                set -euo pipefail
                CALLER=$PWD
                ROOT='%s'
                cd "$ROOT"
                . scripts/say.sh
                . scripts/maven.sh
                prepare() { :; }
                compile() { :; }
                shift
                run_verb "$@"
                """.formatted(ROOT));
        assertThat(dev.toFile().setExecutable(true)).isTrue();
        return project;
    }

    private String output(Path project, String commands) throws Exception {
        Outcome outcome = outcome(project, commands);
        assertThat(outcome.exitCode()).as(outcome.output()).isZero();
        return outcome.output();
    }

    private Outcome outcome(Path project, String commands) throws Exception {
        // The variable is set for the other tests; here, ./dev run has to set it.
        List<String> command = List.of("env", "-u", "TESTCONTAINERS_RYUK_DISABLED", "bash", "-euc", commands);
        Outcome outcome = Outcome.of(project, variables, command);
        assertNothingIsLeft(outcome);
        return outcome;
    }

    private static List<String> blocks() throws IOException {
        List<String> blocks = Pattern.compile("(?ms)^```sh\\n(.*?)^```$")
                .matcher(Files.readString(ROOT.resolve("docs/builds.md")))
                .results()
                .map(block -> block.group(1))
                .toList();
        assertThat(blocks).hasSize(4);
        return blocks;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.toList()) {
                Path target = to.resolve(from.relativize(path));
                if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(path, target);
                }
            }
        }
    }

    private static void assertNothingIsLeft(Outcome outcome) throws IOException {
        List<String> daemons = NAME.matcher(outcome.output())
                .results()
                .map((MatchResult found) -> "/" + found.group(1))
                .toList();
        assertThat(daemons).as(outcome.output()).isNotEmpty();
        try (DockerClient outer = WithYourOwnClient.outerClient()) {
            assertThat(outer.listContainersCmd().withShowAll(true).exec().stream()
                            .map(Container::getNames)
                            .flatMap(Arrays::stream)
                            .collect(Collectors.toSet()))
                    .doesNotContainAnyElementsOf(daemons);
        }
    }
}
