package io.nesteddocker.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerException;
import io.nesteddocker.Shell;
import io.nesteddocker.testing.ErrorSentence;
import io.nesteddocker.testing.Eventually;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests commands in the daemon container whose streams the program reads and writes. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class ShellIT {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

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
    void theEndOfTheInputReachesTheCommand() throws IOException {
        try (Shell shell = docker.pipe("sort")) {
            shell.stdin().write("pear\napple\n".getBytes(StandardCharsets.UTF_8));
            shell.stdin().close();
            assertThat(shell.stdout()).hasBinaryContent("apple\npear\n".getBytes(StandardCharsets.UTF_8));
            assertThat(shell.awaitExit()).isZero();
        }
    }

    @Test
    void outputAndErrorsAreApart() throws IOException {
        try (Shell shell = docker.pipe("sh", "-c", "echo out; echo err >&2; exit 3")) {
            assertThat(text(shell.stdout().readAllBytes())).isEqualTo("out\n");
            assertThat(text(shell.stderr().readAllBytes())).isEqualTo("err\n");
            assertThat(shell.awaitExit()).isEqualTo(3);
        }
    }

    @Test
    void withoutACommandAPipeIsSh() throws IOException {
        try (Shell shell = docker.pipe()) {
            shell.stdin().write("exit 5\n".getBytes(StandardCharsets.UTF_8));
            assertThat(shell.awaitExit()).isEqualTo(5);
        }
    }

    @Test
    void aTerminalHasEightyColumnsAndTwentyFourRows() throws IOException {
        try (Shell shell = docker.shell("stty", "size")) {
            assertThat(text(shell.stdout().readAllBytes())).isEqualTo("24 80\r\n");
            assertThat(shell.isTerminal()).isTrue();
        }
    }

    @Test
    void aProgramIsToldOfItsTerminalsNewSize() throws IOException {
        try (Shell shell =
                docker.shell("sh", "-c", "trap 'stty size; exit 0' WINCH; echo ready; while :; do sleep 0.05; done")) {
            BufferedReader output = lines(shell);
            assertThat(output.readLine()).isEqualTo("ready");
            shell.resize(120, 40);
            assertThat(output.readLine()).isEqualTo("40 120");
            assertThat(shell.awaitExit()).isZero();
        }
    }

    @Test
    void theKeyForInterruptIsASignalInside() throws IOException {
        try (Shell shell = docker.shell("sh", "-c", "trap 'exit 42' INT; echo ready; while :; do sleep 0.05; done")) {
            BufferedReader output = lines(shell);
            assertThat(output.readLine()).isEqualTo("ready");
            shell.stdin().write(3);
            assertThat(shell.awaitExit()).isEqualTo(42);
        }
    }

    @Test
    void closingStdinSendsCtrlD() throws IOException {
        try (Shell shell = docker.shell("sh", "-c", "cat; echo cat has ended; exit 4")) {
            shell.stdin().close();
            assertThat(text(shell.stdout().readAllBytes())).contains("cat has ended");
            assertThat(shell.awaitExit()).isEqualTo(4);
        }
    }

    /** By default an engine delays this key until the next one, because the detach sequence begins with it. */
    @Test
    void ctrlPArrivesWithoutDelay() throws IOException {
        try (Shell shell = docker.shell("sh", "-c", "stty raw -echo; echo ready; head -c 1 | od -A n -t u1")) {
            BufferedReader output = lines(shell);
            assertThat(output.readLine()).isEqualTo("ready");
            shell.stdin().write(16);
            assertThat(output.readLine().strip()).isEqualTo("16");
        }
    }

    @Test
    void everyByteGoesThroughATerminalInRawMode() throws IOException {
        try (Shell shell = docker.shell("sh", "-c", "stty raw -echo; echo ready; head -c 256")) {
            byte[] ready = shell.stdout().readNBytes("ready\n".length());
            assertThat(text(ready)).isEqualTo("ready\n");
            byte[] all = new byte[256];
            for (int i = 0; i < all.length; i++) {
                all[i] = (byte) i;
            }
            shell.stdin().write(all);
            assertThat(shell.stdout().readNBytes(all.length)).isEqualTo(all);
        }
    }

    @Test
    void closingEndsTheCommandAndItsChildren() throws IOException {
        String word = "5" + System.nanoTime() % 1_000_000;
        try (Shell shell = docker.shell(
                "sh", "-c", "sleep " + word + " & (trap '' HUP; exec sleep " + word + "1) & echo ready; wait")) {
            lines(shell).readLine();
            assertThat(Eventually.holds(PATIENCE, () -> sleepers(word).size() == 2))
                    .isTrue();
        }
        assertThat(sleepers(word)).isEmpty();
    }

    /** Returns the commands in the daemon container that sleep for these seconds, or for a number with one digit more. */
    private static List<String> sleepers(String seconds) {
        String script = "for file in /proc/[0-9]*/cmdline; do tr '\\0' ' ' <$file; echo; done 2>/dev/null";
        return docker.exec("sh", "-c", script)
                .stdout()
                .lines()
                .filter(command -> command.matches("sleep " + seconds + "\\d? "))
                .toList();
    }

    @Test
    void aCommandThatStillRunsHasNoExitCodeYet() {
        try (Shell shell = docker.pipe("sleep", "1000")) {
            assertThat(shell.awaitExit(Duration.ofMillis(50))).isEqualTo(OptionalInt.empty());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "no-such-program, 127, not found",
        "/no/such/program, 127, no such file",
        "/etc/hostname, 126, permission denied"
    })
    void whyAProgramDidNotRunInAPipeIsOnStandardError(String program, int exitCode, String reason) throws IOException {
        try (Shell pipe = docker.pipe(program)) {
            assertThat(text(pipe.stdout().readAllBytes())).isEmpty();
            assertThat(text(pipe.stderr().readAllBytes())).contains(program).contains(reason);
            assertThat(pipe.awaitExit()).isEqualTo(exitCode);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "no-such-program, 127, not found",
        "/no/such/program, 127, not found",
        "/etc/hostname, 126, permission denied"
    })
    void whyAProgramDidNotRunIsOnItsTerminal(String program, int exitCode, String reason) throws IOException {
        try (Shell shell = docker.shell(program)) {
            assertThat(text(shell.stdout().readAllBytes())).isEqualTo(program + ": " + reason + "\r\n");
            assertThat(shell.awaitExit()).isEqualTo(exitCode);
        }
    }

    @Test
    void aProgramWithoutANameIsRefused() {
        for (Consumer<String> run :
                List.<Consumer<String>>of(docker::exec, docker::pipe, docker::shell, docker::interactiveShell)) {
            ErrorSentence.of(catchThrowableOfType(IllegalArgumentException.class, () -> run.accept("")))
                    .tried("make a command")
                    .because("its program is an empty text")
                    .cure("give a program");
        }
    }

    /** The beginning of this output is that of an engine's refusal. */
    @Test
    void aProgramMaySayWhatItLikesWhileItRuns() throws IOException {
        try (Shell pipe = docker.pipe("sh", "-c", "echo OCI runtime exec failed: said a program; exec sleep 1000")) {
            assertThat(lines(pipe).readLine()).isEqualTo("OCI runtime exec failed: said a program");
        }
    }

    @Test
    void whatIsWrittenAfterTheEndIsRefused() {
        try (Shell shell = docker.pipe("true")) {
            shell.awaitExit();
            assertThat(catchThrowable(() -> shell.stdin().write(1)))
                    .isInstanceOf(IOException.class)
                    .hasMessage("the command has ended");
        }
    }

    @Test
    void theExitCodeOfAClosedCommandIsRefused() {
        Shell shell = docker.pipe("sleep", "1000");
        shell.close();
        ErrorSentence.of(catchThrowableOfType(NestedDockerException.class, shell::awaitExit))
                .tried("wait for a command in")
                .on(docker.name())
                .because("the Shell was closed before its command had ended");
    }

    @Test
    void onlyTerminalsHaveASize() {
        try (Shell shell = docker.pipe("sleep", "1000")) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> shell.resize(80, 24))
                    .withMessageContaining("start it with shell(..)");
        }
    }

    @Test
    void aSizeOfNothingIsRefused() {
        try (Shell shell = docker.shell("sleep", "1000")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> shell.resize(0, 24))
                    .withMessageContaining("1 to 65535");
        }
    }

    @Test
    void anInterruptEndsTheWaitAndStaysSet() {
        try (Shell shell = docker.pipe("sleep", "1000")) {
            Thread.currentThread().interrupt();
            Throwable failure = catchThrowable(shell::awaitExit);
            assertThat(Thread.interrupted()).isTrue();
            ErrorSentence.of(failure).tried("wait for a command in").because("the thread was interrupted");
        }
    }

    @Test
    void aCommandWhoseDaemonIsKilledFailsWithThatReason() throws IOException {
        try (NestedDocker victim = NestedDocker.builder().start();
                Shell shell = victim.pipe("sh", "-c", "echo ready; sleep 1000")) {
            lines(shell).readLine();
            OuterTestEngine.client()
                    .killContainerCmd(victim.daemonContainerId())
                    .exec();
            ErrorSentence.of(catchThrowableOfType(NestedDockerException.class, shell::awaitExit))
                    .tried("wait for a command in")
                    .on(victim.name())
                    .because("the daemon container");
        }
    }

    @Test
    void aWaitThatTheCloseOfTheDaemonEndsSaysSo() throws Exception {
        NestedDocker other = NestedDocker.builder().start();
        Shell shell = other.pipe("sh", "-c", "echo ready; sleep 1000");
        lines(shell).readLine();
        CompletableFuture<Throwable> failure = CompletableFuture.supplyAsync(() -> catchThrowable(shell::awaitExit));
        other.close();
        for (Throwable thrown : List.of(failure.get(), catchThrowable(shell::awaitExit))) {
            ErrorSentence.of(thrown)
                    .tried("wait for a command in")
                    .on(other.name())
                    .because("this handle was closed")
                    .cure("close it after the last call");
        }
    }

    @Test
    void aWaitOfLessThanNothingIsRefused() {
        try (Shell shell = docker.pipe("sleep", "1000")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> shell.awaitExit(Duration.ofMillis(-1)))
                    .withMessageContainingAll("PT-0.001S", "zero or more");
            assertThat(shell.awaitExit(Duration.ZERO)).isEmpty();
        }
    }

    @Test
    void closingTheDaemonEndsItsCommands() {
        Shell shell;
        try (NestedDocker other = NestedDocker.builder().start()) {
            shell = other.shell();
        }
        assertThat(Eventually.holds(
                        PATIENCE, () -> catchThrowable(() -> shell.stdin().write(1)) != null))
                .isTrue();
    }

    @Test
    void theShellBesideTheDaemonReachesIt() throws IOException {
        try (Shell shell = docker.shell()) {
            shell.stdin()
                    .write("docker version --format 'engine {{.Server.Os}}'; exit 6\n"
                            .getBytes(StandardCharsets.UTF_8));
            assertThat(text(shell.stdout().readAllBytes())).contains("engine linux");
            assertThat(shell.awaitExit()).isEqualTo(6);
        }
    }

    private static BufferedReader lines(Shell shell) {
        return new BufferedReader(new InputStreamReader(shell.stdout(), StandardCharsets.UTF_8));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
