package io.nesteddocker.internal.exec;

import io.nesteddocker.internal.TerminalSize;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A command to run in a container with its streams at hand.
 *
 * @param command the program and its arguments
 * @param environment further variables as {@code NAME=value}
 * @param terminal the size of the terminal to run it on, or null for none
 */
public record ExecRequest(
        List<String> command,
        List<String> environment,
        @Nullable TerminalSize terminal) {}
