package io.nesteddocker;

import io.nesteddocker.internal.launch.Diagnosis;
import io.nesteddocker.internal.launch.RunningDaemon;
import java.io.IOException;
import java.util.function.BooleanSupplier;

/**
 * Runs actions on a daemon. If an action fails, throws an exception whose message is one sentence: what was tried, and why it failed.
 * Thread-safe.
 */
final class Guard {

    private final RunningDaemon daemon;
    private final BooleanSupplier closed;

    Guard(RunningDaemon daemon, BooleanSupplier closed) {
        this.daemon = daemon;
        this.closed = closed;
    }

    /** An action that can fail because the daemon is gone. */
    interface Work<T> {
        T run() throws InterruptedException, IOException;
    }

    String daemonName() {
        return daemon.name();
    }

    void refuseWhenClosed(String action) {
        if (closed.getAsBoolean()) {
            throw new IllegalStateException("Tried to " + action + " the daemon container " + daemon.name()
                    + " but it was closed; start another.");
        }
    }

    /** Runs an action, or throws an {@link IllegalStateException} if the handle is closed. */
    <T> T run(String action, Work<T> work) {
        refuseWhenClosed(action);
        return attempt(action, work, true);
    }

    <T> T evenWhenClosed(String action, Work<T> work) {
        return attempt(action, work, false);
    }

    private NestedDockerException interrupted(String action, Exception cause) {
        return new NestedDockerException(
                "Tried to " + action + " the daemon container " + daemon.name()
                        + " but the thread was interrupted; try again.",
                cause);
    }

    private <T> T attempt(String action, Work<T> work, boolean needsOpenHandle) {
        try {
            return work.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw interrupted(action, e);
        } catch (NestedDockerException e) {
            throw e;
        } catch (RuntimeException | IOException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw interrupted(action, e);
            }
            if (needsOpenHandle && closed.getAsBoolean()) {
                throw new NestedDockerException(
                        "Tried to " + action + " the daemon container " + daemon.name()
                                + " but this program closed it meanwhile; close it after the last call.",
                        e);
            }
            throw new NestedDockerException(
                    "Tried to " + action + " the daemon container " + daemon.name() + " but that failed: "
                            + Diagnosis.reason(daemon, e) + ".",
                    e);
        }
    }
}
