package io.nesteddocker.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import io.nesteddocker.Command;
import io.nesteddocker.ExecResult;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerException;
import io.nesteddocker.Shell;
import io.nesteddocker.testing.ErrorSentence;
import io.nesteddocker.testing.Eventually;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that commands in the daemon container end as with the docker command. */
@Timeout(60)
@ExtendWith(LeakCheck.class)
class ExecIT {

    private static NestedDocker docker;

    @BeforeAll
    static void start() {
        docker = NestedDocker.builder().start();
    }

    @AfterAll
    static void close() {
        docker.close();
    }

    @Test
    void bothStreamsAndTheExitCodeComeBack() {
        assertThat(docker.exec("sh", "-c", "echo out; echo err >&2; exit 3"))
                .isEqualTo(new ExecResult(3, "out\n", "err\n"));
    }

    @Test
    void whyAMissingProgramDidNotRunIsOnStandardError() {
        ExecResult missing = docker.exec("no-such-program");
        assertThat(missing.exitCode()).isEqualTo(127);
        assertThat(missing.stdout()).isEmpty();
        assertThat(missing.stderr()).contains("no-such-program").contains("not found");
    }

    @Test
    void whyAFileThatIsNoProgramDidNotRunIsOnStandardError() {
        ExecResult refused = docker.exec("/etc/hostname");
        assertThat(refused.exitCode()).isEqualTo(126);
        assertThat(refused.stdout()).isEmpty();
        assertThat(refused.stderr()).contains("permission denied");
    }

    /** The beginning of this output is that of an engine's refusal. */
    @Test
    void aProgramMaySayWhatItLikes() {
        String words = "OCI runtime exec failed: said a program";
        assertThat(docker.exec("echo", words)).isEqualTo(new ExecResult(0, words + "\n", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "sleep 1; "})
    void aProgramMayAlsoEndWithTheCodeOfARefusal(String pause) {
        String words = "OCI runtime exec failed: exec: \"/nope\": stat /nope: no such file or directory";
        assertThat(docker.exec("sh", "-c", "echo '" + words + "'; " + pause + "exit 126"))
                .isEqualTo(new ExecResult(126, words + "\n", ""));
    }

    @Test
    void nothingIsRunWithoutACommand() {
        ErrorSentence.of(catchThrowableOfType(IllegalArgumentException.class, () -> docker.exec()))
                .tried("run a command in the daemon container")
                .on(docker.name())
                .because("no command was given")
                .cure("give a program and its arguments, or open a shell with shell()");
    }

    @Test
    void anInterruptedThreadIsToldSoAndStaysInterrupted() {
        Thread.currentThread().interrupt();
        try {
            ErrorSentence.of(catchThrowableOfType(NestedDockerException.class, () -> docker.exec("true")))
                    .tried("run true in the daemon container")
                    .on(docker.name())
                    .because("the thread was interrupted")
                    .cure("try again");
        } finally {
            assertThat(Thread.interrupted()).as("the interrupt").isTrue();
        }
    }

    @Test
    void aVariableReachesTheCommand() {
        Command command = Command.of("sh", "-c", "echo $GREETING $USER")
                .environment("GREETING", "hello")
                .environment("USER", "ann");
        assertThat(docker.exec(command)).isEqualTo(new ExecResult(0, "hello ann\n", ""));
    }

    @Test
    void aCommandStartsInItsFolder() {
        assertThat(docker.exec(Command.of("pwd").workingFolder("/usr/bin")).stdout())
                .isEqualTo("/usr/bin\n");
    }

    @Test
    void whyACommandCantStartInAMissingFolderIsOnStandardError() {
        ExecResult refused = docker.exec(Command.of("pwd").workingFolder("/no/such/folder"));
        assertThat(refused.exitCode()).isEqualTo(126);
        assertThat(refused.stdout()).isEmpty();
        assertThat(refused.stderr()).contains("/no/such/folder").contains("no such file or directory");
    }

    @Test
    void theInputEndsForTheCommand() {
        assertThat(docker.exec(Command.of("sort").input("pear\näpple\n")).stdout())
                .isEqualTo("pear\näpple\n");
        assertThat(docker.exec(Command.of("wc", "-c").input(new byte[] {0, 1, 2}))
                        .stdout()
                        .strip())
                .isEqualTo("3");
    }

    @Test
    void withoutAnInputACommandReadsNothing() {
        assertThat(docker.exec(Command.of("cat"))).isEqualTo(new ExecResult(0, "", ""));
    }

    @Test
    void aFileIsReadWhenTheCommandRuns(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("input");
        Command command = Command.of("cat").input(file);
        Files.writeString(file, "first");
        assertThat(docker.exec(command).stdout()).isEqualTo("first");
        Files.writeString(file, "second");
        assertThat(docker.exec(command).stdout()).isEqualTo("second");
    }

    @Test
    void anInputThatCantBeReadIsTheReason(@TempDir Path folder) {
        for (Path unreadable : List.of(folder, folder.resolve("missing"))) {
            ErrorSentence.of(catchThrowableOfType(
                            NestedDockerException.class,
                            () -> docker.exec(Command.of("cat").input(unreadable))))
                    .tried("run cat in the daemon container")
                    .on(docker.name())
                    .because("the command's input could not be read")
                    .cure("give a file that can be read");
        }
    }

    @Test
    void muchInputAndMuchOutputPassEachOther() {
        byte[] much = "0123456789abcde\n".repeat(512 * 1024).getBytes(StandardCharsets.US_ASCII);
        ExecResult echo = docker.exec(Command.of("sh", "-c", "tee /dev/stderr").input(much));
        assertThat(echo.exitCode()).isZero();
        assertThat(echo.stdout().getBytes(StandardCharsets.US_ASCII)).isEqualTo(much);
        assertThat(echo.stderr()).hasSize(much.length);
    }

    @Test
    void anInputThatIsNotReadIsNoError() {
        byte[] much = "line\n".repeat(1024 * 1024).getBytes(StandardCharsets.US_ASCII);
        assertThat(docker.exec(Command.of("head", "-n", "1").input(much))).isEqualTo(new ExecResult(0, "line\n", ""));
        assertThat(docker.exec(Command.of("true").input(much))).isEqualTo(new ExecResult(0, "", ""));
    }

    @Test
    void theTimeLimitEndsTheCommandAndAllThatItStarted() {
        String word = "6" + System.nanoTime() % 1_000_000;
        Command command = Command.of(
                        "sh",
                        "-c",
                        "for i in 1 2 3 4 5 6 7; do echo line $i; done; echo careful >&2; (trap '' HUP; exec sleep "
                                + word + ") & (sleep " + word + " & wait) & wait")
                .timeout(Duration.ofSeconds(2));
        NestedDockerException failure = catchThrowableOfType(NestedDockerException.class, () -> docker.exec(command));
        ErrorSentence.of(failure)
                .tried("run sh -c for i in")
                .on(docker.name())
                .because("the command had not ended after its time limit of 2.0 s")
                .because("line 6 | line 7")
                .because("careful")
                .cure("give it more time with Command.timeout(..)");
        assertThat(failure).message().doesNotContain("line 2 |");
        assertThat(sleepers(word)).isEmpty();
    }

    /** An engine starts a command only some time after the request. */
    @Test
    void aTimeLimitThatIsOverBeforeTheCommandBeginsLeavesNothing() throws InterruptedException {
        String word = "7" + System.nanoTime() % 1_000_000;
        for (int millis = 1; millis < 40; millis += 4) {
            Command command = Command.of("sleep", word).timeout(Duration.ofMillis(millis));
            assertThat(catchThrowableOfType(NestedDockerException.class, () -> docker.exec(command)))
                    .hasMessageContaining("time limit");
        }
        assertThat(sleepers(word)).isEmpty();
    }

    @Test
    void aCommandWithinItsTimeLimitEndsAsUsual() {
        assertThat(docker.exec(Command.of("sh", "-c", "exit 4").timeout(Duration.ofSeconds(50)))
                        .exitCode())
                .isEqualTo(4);
    }

    @Test
    void anInterruptEndsTheCommand() throws InterruptedException {
        String word = "8" + System.nanoTime() % 1_000_000;
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread caller = new Thread(() -> failure.set(catchThrowable(() -> docker.exec("sleep", word))));
        caller.start();
        assertThat(Eventually.holds(
                        Duration.ofSeconds(20), () -> !sleepers(word).isEmpty()))
                .isTrue();
        caller.interrupt();
        caller.join();
        ErrorSentence.of(failure.get()).tried("run sleep").because("the thread was interrupted");
        assertThat(sleepers(word)).isEmpty();
    }

    @Test
    void noMessageContainsASecret() {
        Command command = Command.of("sh", "-c", "echo $TOKEN; sleep 1000")
                .environment("TOKEN", "hunter2")
                .input("swordfish")
                .timeout(Duration.ofMillis(500));
        Throwable late = catchThrowable(() -> docker.exec(command));
        Throwable refused = catchThrowable(() -> docker.pipe(command));
        assertThat(List.of(late.toString(), refused.toString(), command.toString()))
                .allMatch(text -> text.contains("sleep 1000"))
                .noneMatch(text -> text.contains("hunter2") || text.contains("swordfish"));
    }

    @Test
    void aShellHasTheVariablesAndTheFolder() throws IOException {
        Command command = Command.of("sh", "-c", "echo $GREETING; pwd")
                .environment("GREETING", "hello")
                .workingFolder("/usr/bin");
        try (Shell shell = docker.shell(command);
                Shell pipe = docker.pipe(command)) {
            assertThat(shell.stdout()).hasContent("hello\r\n/usr/bin\r\n");
            assertThat(pipe.stdout()).hasContent("hello\n/usr/bin\n");
        }
    }

    @Test
    void openStreamsAndAnInputOrALimitAreRefused() {
        for (Command command :
                List.of(Command.of("cat").input("text"), Command.of("cat").timeout(Duration.ofSeconds(9)))) {
            for (Consumer<Command> open : List.<Consumer<Command>>of(docker::shell, docker::pipe)) {
                ErrorSentence.of(catchThrowableOfType(IllegalArgumentException.class, () -> open.accept(command)))
                        .tried("open the streams of Command[cat")
                        .on(docker.name())
                        .because("a command whose streams are open has no")
                        .cure("or run the command with exec(..)");
            }
        }
    }

    @Test
    void somebodyElsesClientRunsCommands() throws IOException {
        URI address = URI.create(OuterTestEngine.address());
        DefaultDockerClientConfig config = new DefaultDockerClientConfig.Builder()
                .withDockerHost(address.toString())
                .withApiVersion("1.41")
                .build();
        try (DockerClient foreign = DockerClientImpl.getInstance(
                        config,
                        new ZerodepDockerHttpClient.Builder()
                                .dockerHost(address)
                                .build());
                NestedDocker other = NestedDocker.builder().outer(foreign).start()) {
            Command command = Command.of("sh", "-c", "echo $GREETING; pwd; echo err >&2; exit 3")
                    .environment("GREETING", "hello")
                    .workingFolder("/usr/bin");
            assertThat(other.exec(command)).isEqualTo(new ExecResult(3, "hello\n/usr/bin\n", "err\n"));
            assertThat(catchThrowableOfType(
                            NestedDockerException.class,
                            () -> other.exec(Command.of("sleep", "1000").timeout(Duration.ofSeconds(1)))))
                    .hasMessageContaining("time limit");
            ErrorSentence.of(catchThrowableOfType(
                            NestedDockerException.class,
                            () -> other.exec(Command.of("cat").input("text"))))
                    .tried("run cat in")
                    .on(other.name())
                    .because("the end of the input does not reach a command")
                    .cure("copy the input to a file with copyIn(..)");
            try (Shell shell = other.shell("sh", "-c", "read line; echo got $line")) {
                shell.stdin().write("text\n".getBytes(StandardCharsets.UTF_8));
                assertThat(new String(shell.stdout().readAllBytes(), StandardCharsets.UTF_8))
                        .endsWith("got text\r\n");
            }
        }
    }

    /** Returns the commands in the daemon container that sleep for these seconds. */
    private static List<String> sleepers(String seconds) {
        String script = "for file in /proc/[0-9]*/cmdline; do tr '\\0' ' ' <$file; echo; done 2>/dev/null";
        return docker.exec("sh", "-c", script)
                .stdout()
                .lines()
                .filter(command -> command.equals("sleep " + seconds + " "))
                .toList();
    }
}
