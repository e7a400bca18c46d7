package io.nesteddocker.reach;

import static org.assertj.core.api.Assertions.assertThat;

import io.nesteddocker.ConnectionMode;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerBuilder;
import io.nesteddocker.testing.DockerCommand;
import io.nesteddocker.testing.DockerTools;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import io.nesteddocker.testing.Sockets;
import io.nesteddocker.testing.TinyImage;
import io.nesteddocker.testing.TwoServices;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests {@code docker}, {@code docker compose} and {@code docker buildx} outside of the daemon, against an inner engine. */
@ParameterizedClass
@EnumSource
@Timeout(180)
@ExtendWith(LeakCheck.class)
class ToolsOutsideIT {

    /** The connections to an inner API that outside programs may use. */
    enum Way {
        SOCKET(builder -> builder),
        TUNNEL(builder -> builder.connection(ConnectionMode.TUNNEL)),
        TLS_PORT(builder -> builder.port(0));

        private final UnaryOperator<NestedDockerBuilder> said;

        Way(UnaryOperator<NestedDockerBuilder> said) {
            this.said = said;
        }
    }

    private static final String DOCKERFILE = """
            FROM %s
            COPY letter /letter
            RUN tr a-z A-Z </letter >/answer
            CMD ["cat", "/answer"]
            """.formatted(TinyImage.NAME);

    @TempDir
    private static Path folder;

    private static NestedDocker docker;

    private static DockerTools tools;

    @Parameter
    @SuppressWarnings("NullAway.Init")
    private Way way;

    @BeforeParameterizedClassInvocation
    static void start(Way way) {
        if (way == Way.TLS_PORT) {
            OuterTestEngine.assumePublishedPortsAreReachable();
        }
        docker = way.said
                .apply(NestedDocker.builder().images(TinyImage.NAME).publishPorts())
                .start();
        docker.clientConfig();
    }

    @AfterParameterizedClassInvocation
    static void close() {
        if (docker != null) {
            docker.close();
        }
    }

    @Test
    void dockerFindsItByVariables() {
        Map<String, String> environment = misled();
        environment.putAll(docker.endpoint().environment());
        assertThat(DockerCommand.run("docker", environment, "info", "--format", "{{.ID}}"))
                .isEqualTo(docker.client().infoCmd().exec().getId());
    }

    @Test
    void dockerFindsItByTheContext() {
        Map<String, String> environment = misled();
        environment.putAll(docker.clientConfig().environment());
        assertThat(DockerCommand.run("docker", environment, "info", "--format", "{{.ID}}"))
                .isEqualTo(docker.client().infoCmd().exec().getId());
    }

    @Test
    void theContextCanBeSeen() {
        assertThat(DockerCommand.run(
                        "docker",
                        docker.clientConfig().environment(),
                        "context",
                        "inspect",
                        "--format",
                        "{{.Name}} {{.Endpoints.docker.Host}}"))
                .isEqualTo(docker.clientConfig().context() + " "
                        + docker.endpoint().environment().get("DOCKER_HOST"));
    }

    @Test
    void dockerStreamsBothWays() throws IOException {
        Path letter = Files.writeString(folder.resolve("stream-" + way), "to and fro\n".repeat(100_000));
        ProcessBuilder builder = new ProcessBuilder("docker", "run", "--rm", "--interactive", TinyImage.NAME, "md5sum")
                .redirectErrorStream(true)
                .redirectInput(letter.toFile());
        builder.environment().putAll(docker.clientConfig().environment());
        Process process = builder.start();
        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .startsWith("22048d7da8315c5c1f27d2ca1db6d4f6");
    }

    @Test
    void allOfTheContextFolderIsForThisUserAlone() throws IOException {
        try (Stream<Path> all = Files.walk(docker.clientConfig().directory())) {
            assertThat(all.filter(ToolsOutsideIT::isOurs))
                    .isNotEmpty()
                    .allSatisfy(path -> assertThat(permissions(path))
                            .isEqualTo(Files.isDirectory(path) ? "rwx------" : "rw-------"));
        }
    }

    @Test
    void composeBringsUpTwoServicesThatThisProgramReaches() throws IOException {
        Path project = Files.createDirectory(folder.resolve("project-" + way));
        try (TwoServices pair = TwoServices.up(tools(), docker.endpoint(), project)) {
            assertThat(Sockets.read(docker.addressOf(TwoServices.FRONT, TwoServices.PORT)))
                    .isEqualTo(TwoServices.ANSWER);
            InetSocketAddress published = docker.publishedPort(TwoServices.FRONT, TwoServices.PORT);
            assertThat(pair.published()).isEqualTo("127.0.0.1:" + published.getPort());
            assertThat(Sockets.read(published)).isEqualTo(TwoServices.ANSWER);
        }
        assertThat(docker.client().listContainersCmd().withShowAll(true).exec()).isEmpty();
    }

    @Test
    void buildxBuildsAnImageThatIsInsideThen() throws IOException {
        assertThatItBuilds(words -> tools().run(docker.endpoint(), words), "variables");
    }

    @Test
    void buildxBuildsByTheContext() throws IOException {
        assertThatItBuilds(words -> tools().run(docker.clientConfig(), words), "context");
    }

    private void assertThatItBuilds(Function<String[], String> command, String tag) throws IOException {
        Path context = Files.createDirectory(folder.resolve(tag + "-" + way));
        Files.writeString(context.resolve("Dockerfile"), DOCKERFILE);
        Files.writeString(context.resolve("letter"), "built from outside\n");
        command.apply(new String[] {"buildx", "build", "--tag", "built:" + tag, context.toString()});
        assertThat(DockerCommand.run(docker.endpoint(), "run", "--rm", "built:" + tag))
                .isEqualTo("BUILT FROM OUTSIDE");
    }

    /** Buildx refuses to create a builder if variables name the certificates. */
    @Test
    void buildxMakesABuilderOfIt() {
        tools().run(docker.clientConfig(), "buildx", "create", "--name", "far");
        assertThat(tools().run(docker.clientConfig(), "buildx", "ls"))
                .containsPattern("far.*\\n.* " + docker.clientConfig().context() + " ");
    }

    /** Returns the tools, which the first test that needs them unpacks. */
    private static synchronized DockerTools tools() {
        if (tools == null) {
            tools = DockerTools.in(folder);
        }
        return tools;
    }

    /** Returns an environment that names another engine, as that of a parent process may. */
    private static Map<String, String> misled() {
        return new HashMap<>(Map.of(
                "DOCKER_HOST", "tcp://127.0.0.1:1",
                "DOCKER_TLS_VERIFY", "1",
                "DOCKER_CERT_PATH", "/nowhere",
                "DOCKER_CONTEXT", "nobody's"));
    }

    /** Returns whether the library wrote the file: the test has links to tools in this folder, and buildx has its state there. */
    private static boolean isOurs(Path path) {
        return !Files.isSymbolicLink(path)
                && !path.startsWith(docker.clientConfig().directory().resolve("buildx"));
    }

    private static String permissions(Path path) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
