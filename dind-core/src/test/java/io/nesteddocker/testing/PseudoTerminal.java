package io.nesteddocker.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.assertj.core.api.Assumptions;

/**
 * A real terminal without a person, created by {@code script} of util-linux, which every Debian system has.
 *
 * <p>A shell runs on the terminal. It prints the terminal's device, runs one command, and prints {@code ENDED} with the exit code. Closing
 * this object ends all of these processes.
 */
public final class PseudoTerminal implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** How long an action may take until it is repeated. */
    private static final Duration TIME_TO_ANSWER = Duration.ofMillis(500);

    private static final Pattern DEVICE = Pattern.compile("TERMINAL (/dev/\\S+)");
    private static final Pattern ENDED = Pattern.compile("ENDED (\\d+)");

    private final Process process;
    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();

    private PseudoTerminal(Process process) {
        this.process = process;
        Thread reader = new Thread(this::read, "pseudo-terminal-" + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    /** Runs a command on a terminal of 99 columns and 31 rows. */
    public static PseudoTerminal running(List<String> command) {
        Assumptions.assumeThat(Command.run("script", "--version").output())
                .as("what \"script --version\" says; the terminal of this test is made by script of util-linux")
                .contains("util-linux");
        String line = command.stream().map(word -> "'" + word + "'").collect(Collectors.joining(" "));
        ProcessBuilder builder = new ProcessBuilder(
                        "script",
                        "--quiet",
                        "--command",
                        "stty rows 31 cols 99; echo TERMINAL $(tty); " + line + "; echo ENDED $?; read -r _",
                        "/dev/null")
                .redirectErrorStream(true);
        builder.environment().put("SHELL", "/bin/sh");
        builder.environment().put("TERM", "xterm");
        try {
            return new PseudoTerminal(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Types keys. */
    public void type(String keys) {
        try {
            process.getOutputStream().write(keys.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until the terminal shows a text. */
    public void await(String text) {
        if (!Eventually.holds(PATIENCE, () -> shown().contains(text))) {
            throw new AssertionError("The terminal did not show \"" + text + "\" but:\n" + shown());
        }
    }

    /** Repeats an action until the terminal shows a text. */
    public void awaitAfter(Runnable asking, String text) {
        if (!Eventually.holds(PATIENCE, () -> {
            asking.run();
            return Eventually.holds(TIME_TO_ANSWER, () -> shown().contains(text));
        })) {
            throw new AssertionError("The terminal did not show \"" + text + "\" but:\n" + shown());
        }
    }

    /** Waits for the end of the command and returns its exit code. */
    public int awaitEnd() {
        await("ENDED ");
        Eventually.await(
                PATIENCE,
                "the terminal shows an exit code",
                () -> ENDED.matcher(shown()).find());
        return Integer.parseInt(found(ENDED));
    }

    /** Changes the size of the window. */
    public void resize(int columns, int rows) {
        stty("rows", String.valueOf(rows), "cols", String.valueOf(columns));
    }

    /** Returns the terminal's modes, as {@code stty -g} prints them. */
    public String modes() {
        return stty("-g");
    }

    /** Returns all that the terminal has shown so far. */
    public String shown() {
        synchronized (shown) {
            return shown.toString(StandardCharsets.UTF_8);
        }
    }

    private String stty(String... arguments) {
        await("TERMINAL /dev/");
        String[] command = new String[arguments.length + 3];
        command[0] = "stty";
        command[1] = "-F";
        command[2] = found(DEVICE);
        System.arraycopy(arguments, 0, command, 3, arguments.length);
        Command.Outcome outcome = Command.run(command);
        if (outcome.exitCode() != 0) {
            throw new AssertionError(String.join(" ", command) + ": " + outcome.output());
        }
        return outcome.output();
    }

    private String found(Pattern pattern) {
        Matcher matcher = pattern.matcher(shown());
        if (!matcher.find()) {
            throw new AssertionError("The terminal did not show " + pattern + " but:\n" + shown());
        }
        return matcher.group(1);
    }

    private void read() {
        byte[] buffer = new byte[1024];
        try {
            for (int count = process.getInputStream().read(buffer);
                    count >= 0;
                    count = process.getInputStream().read(buffer)) {
                synchronized (shown) {
                    shown.write(buffer, 0, count);
                }
            }
        } catch (IOException e) {
            synchronized (shown) {
                shown.writeBytes(("(it broke off: " + e.getMessage() + ")").getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    /** Ends the processes on the terminal. */
    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        if (!Eventually.holds(PATIENCE, () -> !process.isAlive())) {
            process.destroyForcibly();
        }
    }
}
