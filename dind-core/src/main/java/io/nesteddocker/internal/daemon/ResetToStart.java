package io.nesteddocker.internal.daemon;

import io.nesteddocker.NestedDockerException;
import io.nesteddocker.internal.inner.InitialState;
import java.util.List;
import java.util.stream.Collectors;

/** Restores a used daemon to the state that it had after its start. */
final class ResetToStart {

    private static final int MOST_NAMED = 10;

    private ResetToStart() {}

    /** Resets the daemon. Throws an exception that lists what could not be restored. */
    static void reset(Daemon daemon, InitialState first) throws InterruptedException {
        daemon.outer().containers().unpauseIfPaused(daemon.containerId());
        if (ChangedSettings.in(daemon)) {
            throw failed(daemon, List.of("changed settings in /etc/docker/daemon.json"));
        }
        List<String> left = first.restore();
        if (!left.isEmpty()) {
            throw failed(daemon, left);
        }
    }

    private static NestedDockerException failed(Daemon daemon, List<String> left) {
        return new NestedDockerException(
                "Tried to reset the inner engine of " + daemon.name()
                        + " but that engine still differs from its start: "
                        + left.stream().limit(MOST_NAMED).collect(Collectors.joining(", "))
                        + (left.size() > MOST_NAMED ? " and " + (left.size() - MOST_NAMED) + " more" : "")
                        + "; close the daemon and start another.",
                null);
    }
}
