package io.nesteddocker.internal.daemon;

import io.nesteddocker.ExecResult;
import io.nesteddocker.NestedDockerException;
import io.nesteddocker.internal.Guard;
import io.nesteddocker.internal.RunningCommand;
import io.nesteddocker.internal.exec.ExecCall;
import io.nesteddocker.internal.exec.ExecRequest;
import io.nesteddocker.internal.http.Reason;
import io.nesteddocker.internal.launch.Launched;
import io.nesteddocker.internal.options.Secrets;
import io.nesteddocker.internal.terminal.HandOver;
import io.nesteddocker.internal.terminal.ShellCommand;
import java.util.List;

/** Commands in a daemon container. Thread-safe. */
public final class Commands {

    private final Launched launched;
    private final Guard guard;

    Commands(Launched launched, Guard guard) {
        this.launched = launched;
        this.guard = guard;
    }

    /** Runs a command and waits for its end. */
    public ExecResult exec(ExecRequest request) {
        String action = "run " + request.commandLine() + " in";
        return guard.get(action, () -> {
            try {
                return launched.outer().containers().exec(launched.container().id(), request);
            } catch (ExecCall.TimeLimitException e) {
                List<String> values = request.environment().stream()
                        .map(variable -> variable.substring(variable.indexOf('=') + 1))
                        .toList();
                String reason = Secrets.of(launched.options(), values).mask(Reason.of(e));
                throw new NestedDockerException(
                        "Tried to " + action + " the daemon container "
                                + launched.container().name() + " but " + reason + ".",
                        null);
            }
        });
    }

    /** Starts a command, or a shell if the request names no command. */
    public RunningCommand open(ExecRequest request) throws InterruptedException {
        return launched.outer().containers().open(launched.container().id(), ShellCommand.orShell(request));
    }

    /** Connects this program's terminal with a command until the command ends. */
    public int interactiveShell(ExecRequest request) {
        return guard.get(
                "hand the terminal over to a shell in",
                () -> HandOver.run((environment, terminal) ->
                        open(request.environment(environment).on(terminal))));
    }
}
