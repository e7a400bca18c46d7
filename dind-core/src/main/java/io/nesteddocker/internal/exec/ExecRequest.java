package io.nesteddocker.internal.exec;

import io.nesteddocker.internal.TerminalSize;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A command to run in a container.
 *
 * @param command the program and its arguments
 * @param environment further variables as {@code NAME=value}
 * @param workingFolder the folder to start it in, or an empty string for the image's own
 * @param input the command's input, or null for none; only for calls that wait for the command's end
 * @param limit the time limit, or null for none; only for calls that wait for the command's end
 * @param terminal the size of the terminal to run it on, or null for none
 */
public record ExecRequest(
        List<String> command,
        List<String> environment,
        String workingFolder,
        @Nullable Input input,
        @Nullable Duration limit,
        @Nullable TerminalSize terminal) {

    private static final int LONGEST_LINE = 200;

    /** The input of a command. */
    @FunctionalInterface
    public interface Input {
        /** Opens the input at its start. */
        InputStream open() throws IOException;
    }

    /** Returns the command without its variables and without its input, which may be secrets. */
    @Override
    public String toString() {
        return "ExecRequest" + command;
    }

    /** The program and its arguments for a message; of a long script, the beginning is enough to recognize it. */
    public String commandLine() {
        String line = String.join(" ", command);
        return line.codePointCount(0, line.length()) <= LONGEST_LINE
                ? line
                : line.substring(0, line.offsetByCodePoints(0, LONGEST_LINE)) + "..";
    }

    /** Returns a request for a command without options. */
    public static ExecRequest of(List<String> command) {
        return new ExecRequest(command, List.of(), "", null, null, null);
    }

    /** Returns the same request with another program and its arguments. */
    public ExecRequest command(List<String> other) {
        return new ExecRequest(other, environment, workingFolder, input, limit, terminal);
    }

    /** Returns the same request on a terminal, or on none if {@code other} is null. */
    public ExecRequest on(@Nullable TerminalSize other) {
        return new ExecRequest(command, environment, workingFolder, input, limit, other);
    }

    /** Returns the same request with these variables in place of its own. */
    public ExecRequest environment(List<String> other) {
        return new ExecRequest(command, other, workingFolder, input, limit, terminal);
    }
}
