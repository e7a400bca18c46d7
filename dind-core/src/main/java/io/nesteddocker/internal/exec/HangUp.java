package io.nesteddocker.internal.exec;

import com.github.dockerjava.api.DockerClient;
import java.util.List;
import java.util.UUID;

/**
 * Ends a command in a container with all processes that it started.
 *
 * <p>An engine lets a command run on when the connection to it closes, and offers no way to end it. So the command carries a mark in its
 * environment, by which it and its children are found again. Thread-safe.
 */
final class HangUp {

    /** Sends SIGHUP to the processes with the mark, and later SIGKILL to those that are left. */
    private static final String SCRIPT = """
            marked() { grep -ls -- "$1" /proc/[0-9]*/environ | sed 's/[^0-9]//g'; }
            left=$(marked "$1")
            [ -z "$left" ] || kill -HUP $left
            tries=0
            while left=$(marked "$1") && [ -n "$left" ]; do
                tries=$((tries + 1))
                if [ "$tries" -gt 20 ]; then kill -KILL $left; exit 0; fi
                sleep 0.02 2>/dev/null || sleep 1
            done
            """;

    private final String mark = "NESTED_DOCKER_SHELL=" + UUID.randomUUID();

    /** Returns the mark, as a variable for the command's environment. */
    String mark() {
        return mark;
    }

    /** Ends the processes that carry the mark, and returns when they have received their signals. */
    void run(DockerClient client, String containerId) throws InterruptedException {
        ExecCall.run(client, containerId, ExecRequest.of(List.of("sh", "-c", SCRIPT, "hang-up", mark)));
    }
}
