package io.nesteddocker.internal.daemon;

import io.nesteddocker.NestedDockerException;
import io.nesteddocker.internal.Cancellation;
import io.nesteddocker.internal.Deadline;
import io.nesteddocker.internal.launch.Readiness;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Restarts the inner engine in its container, so that the container's address, port, lease and data stay. */
final class Restart {

    /**
     * The line that the start script writes after the old engine has ended and before the new one starts. The end of a stream from the old
     * engine would show the same, but an engine that is told to stop waits five seconds for its open streams.
     */
    private static final String BETWEEN = "dind-init: restarting dockerd and containerd";

    private static final Duration SLACK = Duration.ofSeconds(60);

    private Restart() {}

    /** Restarts the inner engine, and returns when the new one has answered. */
    static void of(Daemon daemon) throws InterruptedException {
        Deadline deadline =
                Deadline.in(daemon.options().lifecycle().stopTimeout().plus(SLACK));
        // Some outer engines resume a paused container that gets a signal; with others the signal would wait.
        daemon.outer().containers().unpauseIfPaused(daemon.containerId());
        CountDownLatch oldEngineEnded = daemon.log().expect(BETWEEN);
        daemon.outer().containers().signal(daemon.containerId(), "USR1");
        if (!oldEngineEnded.await(deadline.remainingMillis(), TimeUnit.MILLISECONDS)) {
            throw failed(daemon, "it did not end within " + SLACK.toSeconds() + " s", null);
        }
        daemon.inner().forgetConnections();
        try {
            Readiness.await(daemon.access().link(), daemon.log(), deadline, new Cancellation());
        } catch (Readiness.NotReadyException e) {
            throw failed(daemon, "it did not come back: " + e.getMessage(), e);
        }
    }

    private static NestedDockerException failed(Daemon daemon, String reason, @Nullable Throwable cause) {
        return new NestedDockerException(
                "Tried to restart the inner engine of " + daemon.name() + " but " + reason
                        + "; look at logs(), or close the daemon and start another.",
                cause);
    }
}
