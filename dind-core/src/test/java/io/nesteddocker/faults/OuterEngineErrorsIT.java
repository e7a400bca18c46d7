package io.nesteddocker.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerBuilder;
import io.nesteddocker.NestedDockerException;
import io.nesteddocker.NoOuterEngineException;
import io.nesteddocker.OuterEngineException;
import io.nesteddocker.internal.Cancellation;
import io.nesteddocker.internal.options.Options;
import io.nesteddocker.internal.outer.OuterConnection;
import io.nesteddocker.internal.outer.OuterDiscovery;
import io.nesteddocker.testing.Command;
import io.nesteddocker.testing.Command.Outcome;
import io.nesteddocker.testing.ErrorSentence;
import io.nesteddocker.testing.FixedAnswerServer;
import io.nesteddocker.testing.LeakCheck;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the error messages if there is no outer engine, or none that can be used. */
@Timeout(120)
@ExtendWith(LeakCheck.class)
class OuterEngineErrorsIT {

    private static final Map<String, String> NO_ENGINE_NAMED =
            Map.of("DOCKER_HOST", "", "DOCKER_CONTEXT", "", "DOCKER_TLS_VERIFY", "", "DOCKER_CERT_PATH", "");

    @TempDir
    Path folder;

    /** Starts a daemon in a JVM of its own with the settings of the environment, and prints the result. */
    static final class StartsADaemon {

        public static void main(String... arguments) {
            NestedDockerBuilder builder = NestedDocker.builder();
            if (arguments.length > 0) {
                builder.outer(URI.create(arguments[0]));
            }
            try (NestedDocker docker = builder.start()) {
                System.out.println("STARTED " + docker.name());
            } catch (NestedDockerException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    @Test
    void aSocketThatDoesNotExistIsNamed() {
        URI nowhere = URI.create("unix://" + folder.resolve("none.sock"));
        ErrorSentence.of(failureOn(nowhere))
                .tried("reach the outer Docker engine")
                .on(nowhere + " (given with outer(..))")
                .because("No such file")
                .cure("check that it runs");
    }

    @Test
    void aPortWhereNothingListensIsNamed() throws IOException {
        URI nowhere = URI.create("tcp://127.0.0.1:" + freePort());
        OuterEngineException failure = failureOn(nowhere);
        assertThat(failure).isInstanceOf(NoOuterEngineException.class);
        ErrorSentence.of(failure)
                .tried("reach the outer Docker engine")
                .on(nowhere.toString())
                .because("refused")
                .cure("check that it runs");
    }

    @Test
    void aPortThatHangsUpIsSaidToHaveHungUp() throws IOException {
        try (FixedAnswerServer server = FixedAnswerServer.always("")) {
            ErrorSentence.of(failureOn(server.uri()))
                    .tried("reach the outer Docker engine")
                    .on(server.uri().toString())
                    .because("did not answer")
                    .cure("check that it runs");
        }
    }

    @Test
    void aPortThatSpeaksSomethingElseIsSaidToBeNoHttp() throws IOException {
        try (FixedAnswerServer server = FixedAnswerServer.always("SSH-2.0-OpenSSH_9.2\r\n")) {
            ErrorSentence.of(failureOn(server.uri()))
                    .tried("reach the outer Docker engine")
                    .on(server.uri().toString())
                    .because("the answer is not HTTP")
                    .cure("check that it runs");
        }
    }

    @Test
    void aWebServerThatIsNoEngineIsToldFromOne() throws IOException {
        String page = "HTTP/1.1 200 OK\r\nContent-Length: 7\r\nConnection: close\r\n\r\nwelcome";
        try (FixedAnswerServer server = FixedAnswerServer.always(page)) {
            OuterEngineException failure = failureOn(server.uri());
            assertThat(failure).isNotInstanceOf(NoOuterEngineException.class);
            ErrorSentence.of(failure)
                    .tried("reach the outer Docker engine")
                    .on(server.uri().toString())
                    .because("it answered \"welcome\", which is not what a Docker engine answers")
                    .cure("give the address of a Docker engine");
        }
    }

    @Test
    void anEngineThatForbidsTheQuestionIsQuoted() throws IOException {
        String refusal =
                "HTTP/1.1 403 Forbidden\r\nContent-Length: 20\r\nConnection: close\r\n\r\nnot for your kind, no";
        try (FixedAnswerServer server = FixedAnswerServer.always(refusal)) {
            OuterEngineException failure = failureOn(server.uri());
            assertThat(failure).isNotInstanceOf(NoOuterEngineException.class);
            ErrorSentence.of(failure)
                    .tried("reach the outer Docker engine")
                    .on(server.uri().toString())
                    .because("it answered with HTTP status 403")
                    .cure("let a proxy in front of it pass on GET /_ping.");
        }
    }

    @Test
    void anEngineThatNeverAnswersIsGivenUpWhenTheTimeIsOver() throws IOException {
        try (FixedAnswerServer server = FixedAnswerServer.never()) {
            NestedDockerException failure = catchThrowableOfType(
                    NestedDockerException.class,
                    () -> NestedDocker.builder()
                            .outer(server.uri())
                            .startupTimeout(Duration.ofSeconds(1))
                            .start()
                            .close());
            ErrorSentence.of(failure)
                    .tried("reach the outer Docker engine")
                    .on(server.uri().toString())
                    .because("it had not answered when the time was over")
                    .cure("allow more time with startupTimeout(..)");
        }
    }

    @Test
    void anInterruptWhileTheEngineDoesNotAnswerIsTheCause() throws IOException {
        try (FixedAnswerServer server = FixedAnswerServer.never()) {
            Thread.currentThread().interrupt();
            Throwable failure = catchThrowable(
                    () -> NestedDocker.builder().outer(server.uri()).start().close());

            assertThat(Thread.interrupted()).isTrue();
            ErrorSentence.of(failure).because("the thread was interrupted");
            assertThat(failure).hasCauseInstanceOf(InterruptedException.class);
        }
    }

    /** If the user is root, who may open any socket, the program runs without that capability. */
    @ParameterizedTest
    @CsvSource({
        "rw-rw----, 'this user is not in the group daemon, which may use it: run `sudo usermod -aG daemon $USER`'",
        "rw-------, 'run this program as nobody, who may use it'",
    })
    void aSocketThatThisUserMayNotOpenIsSaidToBeForbidden(String permissions, String cure) throws IOException {
        Path socket = folder.resolve("docker.sock");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString(permissions));
            List<String> command = new ArrayList<>();
            if (Files.isWritable(socket)) {
                assumeThat(Command.run("chown", "nobody:daemon", socket.toString())
                                .exitCode())
                        .as("the exit code of chown, which needs root here")
                        .isZero();
                command.addAll(List.of("setpriv", "--bounding-set=-dac_override,-dac_read_search"));
            }
            command.addAll(Command.jvm(StartsADaemon.class, "unix://" + socket));
            Outcome outcome = Command.run(command.toArray(String[]::new));
            assertThat(outcome.output())
                    .contains("Tried to reach the outer Docker engine at unix://" + socket)
                    .contains("Permission denied")
                    .contains(cure);
        }
    }

    @Test
    void aDockerHostThatLeadsNowhereIsNamedWithTheVariable() {
        Outcome outcome = start(Map.of("DOCKER_HOST", "unix://" + folder.resolve("none.sock")));
        assertThat(outcome.output())
                .contains("Tried to reach the outer Docker engine at unix://" + folder.resolve("none.sock")
                        + " (from DOCKER_HOST) but it did not answer");
    }

    @Test
    void aDockerHostThatIsNoAddressIsRefused() {
        Outcome outcome = start(Map.of("DOCKER_HOST", "ftp://somebody@somewhere"));
        assertThat(outcome.output())
                .contains("Tried to reach the outer Docker engine at \"ftp://somebody@somewhere\""
                        + " but that address cannot be used here; give unix:///...");
    }

    @Test
    void whereNoEngineIsEachPlaceThatWasTriedIsListed() throws IOException {
        Path runtimeFolder = Files.createDirectory(folder.resolve("runtime"));
        ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(runtimeFolder.resolve("docker.sock")))
                .close();
        List<String> hidden = hidingTheUsualSockets();
        Outcome probe = Command.run(concat(hidden, "true").toArray(String[]::new));
        assumeThat(probe.exitCode())
                .as("the usual sockets can't be hidden from a child process here: %s", probe.output())
                .isZero();
        Map<String, String> environment = new HashMap<>(NO_ENGINE_NAMED);
        environment.put("XDG_RUNTIME_DIR", runtimeFolder.toString());
        environment.put("HOME", folder.toString());
        environment.put("JAVA_TOOL_OPTIONS", "-Duser.home=" + folder);
        Outcome outcome = Command.run(
                environment,
                "",
                concat(hidden, Command.jvm(StartsADaemon.class).toArray(String[]::new))
                        .toArray(String[]::new));
        assertThat(outcome.output())
                .contains("Tried to find the outer Docker engine at DOCKER_HOST (not set), docker context (default), "
                        + "unix:///var/run/docker.sock (no such file), unix://" + runtimeFolder + "/docker.sock (")
                .contains("refused")
                .contains("unix://" + folder + "/.docker/run/docker.sock (no such file)")
                .contains("unix://" + folder + "/.docker/desktop/docker.sock (no such file)")
                .contains("unix://" + folder + "/.colima/default/docker.sock (no such file)")
                .contains("unix://" + folder + "/.rd/docker.sock (no such file)")
                .contains("unix:///run/podman/podman.sock (no such file)")
                .contains("but none answered; start Docker, or set its address with DOCKER_HOST or outer(..).");
    }

    @Test
    void aClientOfOursThatWasClosedIsRefused() throws IOException {
        OuterConnection connection = OuterDiscovery.ofThisProcess().connect(Options.defaults(), new Cancellation());
        connection.close();
        ErrorSentence.of(failureOn(connection.client()))
                .tried("ask the outer Docker engine")
                .on("the client that was passed to outer(..)")
                .because("closed")
                .cure("still open");
    }

    @Test
    void aClientOfDockerJavasOwnThatWasClosedIsRefused() throws IOException {
        DefaultDockerClientConfig config =
                DefaultDockerClientConfig.createDefaultConfigBuilder().build();
        DockerClient client = DockerClientImpl.getInstance(
                config,
                new ZerodepDockerHttpClient.Builder()
                        .dockerHost(config.getDockerHost())
                        .build());
        client.close();
        ErrorSentence.of(failureOn(client))
                .tried("ask the outer Docker engine")
                .on("the client that was passed to outer(..)")
                .because("failed")
                .cure("still open");
    }

    @Test
    void aClientThatWasHandedInIsNotClosedByAFailure() throws IOException {
        OuterConnection connection = OuterDiscovery.ofThisProcess().connect(Options.defaults(), new Cancellation());
        try (DockerClient client = connection.client()) {
            assertThatThrownBy(() -> NestedDocker.builder()
                            .outer(client)
                            .network("no-such-network")
                            .start()
                            .close())
                    .isInstanceOf(OuterEngineException.class);
            assertThatCode(() -> client.pingCmd().exec()).doesNotThrowAnyException();
        }
    }

    private static OuterEngineException failureOn(URI outer) {
        return catchThrowableOfType(
                OuterEngineException.class,
                () -> NestedDocker.builder().outer(outer).start().close());
    }

    private static OuterEngineException failureOn(DockerClient outer) {
        return catchThrowableOfType(
                OuterEngineException.class,
                () -> NestedDocker.builder().outer(outer).start().close());
    }

    private static Outcome start(Map<String, String> environment) {
        return Command.run(environment, "", Command.jvm(StartsADaemon.class).toArray(String[]::new));
    }

    /** Returns a command prefix that runs a program in a mount namespace with empty folders in place of those of the sockets. */
    private static List<String> hidingTheUsualSockets() {
        return List.of(
                "unshare",
                "--mount",
                "--map-root-user",
                "sh",
                "-c",
                "mount -t tmpfs none /run && { [ /var/run -ef /run ] || mount -t tmpfs none /var/run; } && exec \"$@\"",
                "sh");
    }

    private static List<String> concat(List<String> first, String... second) {
        List<String> all = new ArrayList<>(first);
        all.addAll(List.of(second));
        return all;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
