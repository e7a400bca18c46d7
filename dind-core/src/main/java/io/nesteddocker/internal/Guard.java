package io.nesteddocker.internal;

import io.nesteddocker.NestedDockerException;
import java.io.IOException;
import java.util.function.Function;

/**
 * Runs actions on a daemon. If an action fails, throws an exception whose message is one sentence: what was tried, and why it failed.
 * Thread-safe.
 */
public final class Guard {

    private final String daemonName;
    private final Function<Throwable, String> reason;
    private volatile boolean closed;
    private volatile String abandonedBecause = "";

    /**
     * Guards one daemon.
     *
     * @param daemonName the daemon container's name
     * @param reason explains a failure
     */
    public Guard(String daemonName, Function<Throwable, String> reason) {
        this.daemonName = daemonName;
        this.reason = reason;
    }

    /** An action that can fail because the daemon is gone. */
    @FunctionalInterface
    public interface Work<T> {
        /** Performs the action. */
        T run() throws InterruptedException, IOException;
    }

    /** An action without a result. */
    @FunctionalInterface
    public interface Step {
        /** Performs the action. */
        void run() throws InterruptedException, IOException;
    }

    /** Returns the daemon container's name. */
    public String daemonName() {
        return daemonName;
    }

    /** Refuses all actions from now on that need an open daemon, because this program closes it. */
    public void close() {
        closed = true;
    }

    /** Does the same for a daemon that is given up; messages contain the reason. */
    public void abandon(String because) {
        abandonedBecause = because;
        closed = true;
    }

    /** Throws an {@link IllegalStateException} if the daemon is closed. */
    public void refuseWhenClosed(String action) {
        if (closed) {
            String why = abandonedBecause.isEmpty() ? "it was closed" : "it was given up: " + abandonedBecause;
            throw new IllegalStateException(tried(action) + " but " + why + "; start another daemon.");
        }
    }

    /** Returns the message for an action that failed because this program closed or abandoned the daemon at the same time. */
    public String endedMeanwhile(String action) {
        return tried(action)
                + (abandonedBecause.isEmpty()
                        ? " but this program closed it meanwhile; close it after the last call."
                        : " but it was given up: " + abandonedBecause + "; start another.");
    }

    /** Runs an action, or throws an {@link IllegalStateException} if the daemon is closed. */
    public <T> T get(String action, Work<T> work) {
        refuseWhenClosed(action);
        return attempt(action, work, true);
    }

    /** Runs an action without a result, or throws an {@link IllegalStateException} if the daemon is closed. */
    public void run(String action, Step step) {
        refuseWhenClosed(action);
        attempt(action, withResult(step), true);
    }

    /** Runs an action that is allowed on a closed daemon too. */
    public <T> T getEvenWhenClosed(String action, Work<T> work) {
        return attempt(action, work, false);
    }

    /** Runs an action without a result that is allowed on a closed daemon too. */
    public void runEvenWhenClosed(String action, Step step) {
        attempt(action, withResult(step), false);
    }

    private static Work<Boolean> withResult(Step step) {
        return () -> {
            step.run();
            return true;
        };
    }

    private <T> T attempt(String action, Work<T> work, boolean needsOpenDaemon) {
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
            if (!abandonedBecause.isEmpty() || (needsOpenDaemon && closed)) {
                throw new NestedDockerException(endedMeanwhile(action), e);
            }
            throw new NestedDockerException(tried(action) + " but that failed: " + reason.apply(e) + ".", e);
        }
    }

    private NestedDockerException interrupted(String action, Exception cause) {
        return new NestedDockerException(tried(action) + " but the thread was interrupted; try again.", cause);
    }

    private String tried(String action) {
        return "Tried to " + action + " the daemon container " + daemonName;
    }
}
