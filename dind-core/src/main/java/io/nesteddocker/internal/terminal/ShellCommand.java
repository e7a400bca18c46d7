package io.nesteddocker.internal.terminal;

import io.nesteddocker.internal.exec.ExecRequest;
import java.util.List;

/** The command that runs if a shell is requested without a name. */
public final class ShellCommand {

    private static final List<String> INTERACTIVE =
            List.of("sh", "-c", "if command -v bash >/dev/null 2>&1; then exec bash; fi; exec sh");
    private static final List<String> PLAIN = List.of("sh");

    private ShellCommand() {}

    /** Returns the request, with a shell as its command if it has none: on a terminal bash if the image has it, else sh. */
    public static ExecRequest orShell(ExecRequest request) {
        return request.command().isEmpty()
                ? request.command(request.terminal() == null ? PLAIN : INTERACTIVE)
                : request;
    }
}
