package io.nesteddocker.internal.launch;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Event;
import io.nesteddocker.NestedDockerException;
import io.nesteddocker.internal.Cancellation;
import io.nesteddocker.internal.Deadline;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Restarts the inner engine in its container, which keeps the container's address, port, lease and data. */
public final class Restart {

    private static final Duration SLACK = Duration.ofSeconds(60);

    private Restart() {}

    /** Restarts the inner engine and returns when the new one has answered. */
    public static void of(RunningDaemon daemon) throws InterruptedException {
        Deadline deadline = Deadline.in(daemon.stopTimeout().plus(SLACK));
        try (EndOfEvents oldEngine = daemon.inner().client().eventsCmd().exec(new EndOfEvents())) {
            oldEngine.awaitStarted();
            daemon.outer().containers().signal(daemon.containerId(), "USR1");
            if (!oldEngine.ended.await(deadline.remainingMillis(), TimeUnit.MILLISECONDS)) {
                throw new NestedDockerException(
                        "Tried to restart the inner engine of " + daemon.name() + " but it did not end within "
                                + SLACK.toSeconds() + " s; look at logs(), or close the daemon and start another.",
                        null);
            }
        } catch (IOException e) {
            throw new NestedDockerException(
                    "Tried to restart the inner engine of " + daemon.name() + " but its event stream did not close: "
                            + e.getMessage() + "; close the daemon and start another.",
                    e);
        }
        daemon.inner().forgetConnections();
        try {
            Readiness.await(daemon.link(), daemon.log(), deadline, new Cancellation());
        } catch (Readiness.NotReadyException e) {
            throw new NestedDockerException(
                    "Tried to restart the inner engine of " + daemon.name() + " but it did not come back: "
                            + e.getMessage() + "; close the daemon and start another.",
                    e);
        }
    }

    /** A stream that is open for as long as one engine process lives: its end is the sure sign that the old one is gone. */
    private static final class EndOfEvents extends ResultCallback.Adapter<Event> {

        private final CountDownLatch ended = new CountDownLatch(1);

        @Override
        public void onError(Throwable failure) {
            ended.countDown();
        }

        @Override
        public void onComplete() {
            super.onComplete();
            ended.countDown();
        }
    }
}
