package io.nesteddocker.internal.terminal;

import io.nesteddocker.internal.TerminalSize;
import io.nesteddocker.internal.exec.ExecRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is run where somebody asks for a shell and does not say which. */
public final class ShellCommand {

    private static final List<String> INTERACTIVE =
            List.of("sh", "-c", "if command -v bash >/dev/null 2>&1; then exec bash; fi; exec sh");
    private static final List<String> PLAIN = List.of("sh");

    private ShellCommand() {}

    /**
     * Asks for a command.
     *
     * @param command the program and its arguments, or nothing for a shell
     * @param environment further variables as {@code NAME=value}
     * @param terminal the size of the terminal to run it on, or null for none
     */
    public static ExecRequest of(List<String> command, List<String> environment, @Nullable TerminalSize terminal) {
        List<String> usual = terminal == null ? PLAIN : INTERACTIVE;
        return new ExecRequest(command.isEmpty() ? usual : command, environment, terminal);
    }
}
