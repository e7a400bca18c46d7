package io.nesteddocker.internal.terminal;

import io.nesteddocker.internal.exec.ExecRequest;
import java.util.List;

/** What is run where somebody asks for a shell and does not say which. */
public final class ShellCommand {

    private static final List<String> INTERACTIVE =
            List.of("sh", "-c", "if command -v bash >/dev/null 2>&1; then exec bash; fi; exec sh");
    private static final List<String> PLAIN = List.of("sh");

    private ShellCommand() {}

    /** The request itself, or with a shell for a command if it names none: on a terminal bash, if the image has it. */
    public static ExecRequest orShell(ExecRequest request) {
        return request.command().isEmpty()
                ? request.command(request.terminal() == null ? PLAIN : INTERACTIVE)
                : request;
    }
}
