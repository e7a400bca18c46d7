package io.nesteddocker.shell;

import static org.assertj.core.api.Assertions.assertThat;

import io.nesteddocker.testing.Command;
import io.nesteddocker.testing.Eventually;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import io.nesteddocker.testing.PseudoTerminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tests a program that connects its terminal with a command, on a real pseudo-terminal and on pipes. */
@ExtendWith(LeakCheck.class)
@Timeout(180)
class InteractiveShellIT {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Pattern PROGRAM = Pattern.compile("PROGRAM (\\d+)");
    private static final String CTRL_C = "\003";
    private static final String CTRL_D = "\004";

    private final String name = "it-terminal-" + OuterTestEngine.thisJvm() + "-" + System.nanoTime();

    @AfterEach
    void theDaemonContainerIsGone() {
        assertThat(Eventually.holds(PATIENCE, () -> !OuterTestEngine.hasContainer(name)))
                .as("the daemon container " + name + " is gone")
                .isTrue();
    }

    /** A whole session as a person would have it; each step depends on the previous one. */
    @Test
    void theTerminalIsTheShellsUntilItEnds() {
        try (PseudoTerminal terminal = PseudoTerminal.running(program())) {
            String before = terminal.modes();
            terminal.await("PROGRAM ");
            terminal.await("# ");
            terminal.type("echo size is $(stty size)\r");
            terminal.await("size is 31 99");

            terminal.resize(120, 40);
            terminal.awaitAfter(() -> terminal.type("echo size is $(stty size)\r"), "size is 40 120");

            terminal.type("docker version --format 'engine {{.Server.Os}}'\r");
            terminal.await("engine linux\r\n");

            // On a line of its own: docker handles the signal, so the shell would continue with the next command on the
            // same line.
            terminal.type("sh -c 'echo to \"wait\"; exec sleep 1000'\r");
            terminal.await("to wait\r\n");
            terminal.type(CTRL_C);
            terminal.type("echo interrupted with $?\r");
            terminal.await("interrupted with 130");

            assertThat(terminal.modes()).as("the modes in between").isNotEqualTo(before);
            terminal.type("(exit 3)\r" + CTRL_D);
            assertThat(terminal.awaitEnd()).as("the exit code").isEqualTo(3);
            assertThat(terminal.modes()).as("the modes afterwards").isEqualTo(before);
        }
    }

    @Test
    void theTerminalIsAsBeforeWhenTheDaemonIsKilledInTheMiddle() {
        try (PseudoTerminal terminal = PseudoTerminal.running(program("sh", "-c", "echo running; sleep 1000"))) {
            String before = terminal.modes();
            terminal.await("running\r\n");
            OuterTestEngine.client().killContainerCmd(name).exec();

            assertThat(terminal.awaitEnd()).isEqualTo(99);
            assertThat(terminal.modes()).isEqualTo(before);
            assertThat(terminal.shown())
                    .contains("FAILED Tried to hand the terminal over to a shell in the daemon container " + name
                            + " but that failed: the daemon container ");
        }
    }

    @Test
    void theTerminalIsAsBeforeWhenTheProgramIsTerminated() {
        try (PseudoTerminal terminal = PseudoTerminal.running(program("sh", "-c", "echo running; sleep 1000"))) {
            String before = terminal.modes();
            terminal.await("running\r\n");
            assertThat(terminal.modes()).isNotEqualTo(before);
            signal(terminal, "TERM");

            assertThat(terminal.awaitEnd()).isEqualTo(143);
            assertThat(terminal.modes()).isEqualTo(before);
        }
    }

    @Test
    void theTerminalIsAsBeforeWhenTheProgramIsKilled() {
        try (PseudoTerminal terminal = PseudoTerminal.running(program("sh", "-c", "echo running; sleep 1000"))) {
            String before = terminal.modes();
            terminal.await("running\r\n");
            assertThat(terminal.modes()).isNotEqualTo(before);
            signal(terminal, "KILL");

            assertThat(terminal.awaitEnd()).isEqualTo(137);
            assertThat(Eventually.value(PATIENCE, terminal::modes, before::equals))
                    .isEqualTo(before);
        }
    }

    @Test
    void withoutATerminalItIsSh(@TempDir Path folder) throws IOException {
        Path errors = folder.resolve("errors");
        List<String> command = new ArrayList<>(List.of("sh", "-c", "errors=$1; shift; exec \"$@\" 2>\"$errors\""));
        command.add("sh");
        command.add(errors.toString());
        command.addAll(program());

        Command.Outcome outcome = Command.run(
                Map.of(),
                "cat | tr a-z A-Z >&2 <<X\nto errors\nX\necho to output\nexit 3\n",
                command.toArray(String[]::new));

        assertThat(outcome.exitCode()).isEqualTo(3);
        assertThat(outcome.output()).contains("to output").doesNotContain("TO ERRORS");
        assertThat(Files.readString(errors)).contains("TO ERRORS").doesNotContain("to output");
    }

    @Test
    void aProgramThatIsMissingHasTheExitCodeOfAShellOnATerminal() {
        try (PseudoTerminal terminal = PseudoTerminal.running(program("no-such-program"))) {
            assertThat(terminal.awaitEnd()).isEqualTo(127);
            assertThat(terminal.shown()).contains("no-such-program: not found\r\n");
        }
    }

    @Test
    void aProgramThatIsMissingHasTheExitCodeOfAShellWithoutATerminal() {
        assertThat(Command.run(program("no-such-program").toArray(String[]::new))
                        .exitCode())
                .isEqualTo(127);
    }

    private List<String> program(String... command) {
        List<String> arguments = new ArrayList<>(List.of(name));
        arguments.addAll(List.of(command));
        return Command.jvm(TerminalProgram.class, arguments.toArray(String[]::new));
    }

    private static void signal(PseudoTerminal terminal, String signal) {
        Matcher program = PROGRAM.matcher(terminal.shown());
        assertThat(program.find()).isTrue();
        assertThat(Command.run("kill", "-" + signal, program.group(1)).exitCode())
                .isZero();
    }
}
