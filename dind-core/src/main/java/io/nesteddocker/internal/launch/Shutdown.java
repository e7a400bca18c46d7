package io.nesteddocker.internal.launch;

import io.nesteddocker.NestedDockerException;
import io.nesteddocker.internal.Deadline;
import io.nesteddocker.internal.Threads;
import io.nesteddocker.internal.http.Reason;
import io.nesteddocker.internal.outer.OuterContainers;
import io.nesteddocker.internal.sweep.SessionFolder;
import io.nesteddocker.internal.sweep.UndoStack;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a daemon in order: its inner containers, the daemon, its container with the volume, and the resources that this program holds for
 * it.
 */
public final class Shutdown {

    private static final Logger LOG = LoggerFactory.getLogger(Shutdown.class);

    /** The time that dockerd, containerd and the outer engine need in addition to the inner containers' time. */
    private static final Duration ORDERLY_SLACK = Duration.ofSeconds(8);

    private static final Duration REMOVAL = Duration.ofSeconds(20);
    private static final Duration PAUSE = Duration.ofMillis(5);

    private Shutdown() {}

    /** What a shutdown has left of a daemon. */
    public enum Outcome {
        /** The daemon container is gone. */
        GONE,
        /** The daemon container runs on, or could not be removed. */
        LEFT,
        /** The outer engine ends the daemon by itself if it is not kept. */
        ABANDONED
    }

    /** The signal that tells the start script to stop in order, with {@code stopTimeout} for inner containers. */
    private static final String STOP = "TERM";

    /** The signal that tells the start script that the lease is lost, which leaves inner containers one second. */
    private static final String LEASE_LOST = "ALRM";

    /**
     * Ends the daemon and waits until its container is gone; each step is taken even if others fail.
     *
     * @param addresses closes the addresses of inner containers
     */
    public static Outcome end(Launched daemon, UndoStack.Action addresses) {
        return end(daemon, STOP, addresses);
    }

    /** Ends the daemon as quickly as the death of the program would. */
    public static Outcome endAtExit(Launched daemon, UndoStack.Action addresses) {
        return end(daemon, LEASE_LOST, addresses);
    }

    /**
     * Ends a daemon that {@link #detach} has left running, over a new connection to the outer engine. Does nothing if its container is
     * gone. Refuses to end a reused daemon that another program uses now.
     */
    public static void endLeft(Launched left) {
        UndoStack steps = new UndoStack();
        steps.pushRepeatable("end the daemon that was left running", () -> reconnectAndEnd(left));
        if (steps.unwind() instanceof RuntimeException failure) {
            throw failure;
        }
    }

    private static void reconnectAndEnd(Launched left) {
        UndoStack undo = new UndoStack();
        Optional<Launched> found;
        try {
            found = Attachment.again(left, undo);
        } catch (Hold.HeldException e) {
            NestedDockerException inUse = new NestedDockerException(
                    "Tried to remove the daemon container " + left.container().name()
                            + " but this handle was closed, and another program or handle uses the daemon now;"
                            + " call remove() there, or call it in place of close() next time.",
                    e);
            undo.unwindAfter(inUse);
            throw inUse;
        } catch (IOException | InterruptedException | RuntimeException e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            NestedDockerException failure = failed(left, "remove", e);
            undo.unwindAfter(failure);
            throw failure;
        }
        left.container()
                .hold()
                .flatMap(Hold::folder)
                .ifPresent(folder -> undo.push("remove the session folder", () -> SessionFolder.delete(folder)));
        if (found.isEmpty()) {
            finish(left, "remove", undo.unwind());
        } else {
            end(found.get(), STOP, () -> {});
        }
    }

    private static Outcome end(Launched daemon, String signal, UndoStack.Action addresses) {
        UndoStack steps = new UndoStack();
        daemon.container()
                .hold()
                .flatMap(Hold::folder)
                .ifPresent(folder -> steps.push("remove the session folder", () -> SessionFolder.delete(folder)));
        Deadline orderly =
                Deadline.in(daemon.options().lifecycle().stopTimeout().plus(ORDERLY_SLACK));
        steps.pushRepeatable("remove the daemon container", () -> remove(daemon));
        steps.pushRepeatable("end the daemon container", () -> endContainer(daemon, signal, orderly));
        // An engine that is told to stop waits five seconds for open streams, so this program closes its own first.
        steps.push("close the inner client", daemon.inner()::close);
        steps.push("close the addresses of inner containers", addresses);
        finish(daemon, "close", steps.unwind());
        LOG.info("Nested daemon {} is closed", daemon.container().name());
        return Outcome.GONE;
    }

    /** Frees what this program holds for a daemon that continues to run. */
    public static Outcome detach(Launched daemon, UndoStack.Action addresses) {
        UndoStack steps = new UndoStack();
        steps.push("close the addresses of inner containers", addresses);
        finish(daemon, "close the handle of", steps.unwind());
        // Another handle may have ended the daemon just now, so the message must not claim that the daemon runs.
        LOG.info(
                "The handle to the nested daemon {} is closed, which does not end the daemon",
                daemon.container().name());
        return Outcome.LEFT;
    }

    /**
     * Frees what this program holds for a daemon, without waiting for its outer engine. The closed connection ends the daemon as soon as
     * that engine notices it.
     */
    public static Outcome abandon(Launched daemon, String because, UndoStack.Action addresses) {
        daemon.container().log().abandon(because);
        daemon.inner().abandon(because);
        UndoStack steps = new UndoStack();
        steps.push(
                "free what belongs to the daemon",
                () -> logged(daemon, daemon.undo().unwind()));
        steps.push("close the addresses of inner containers", addresses);
        // This ends the current requests, and no later step can wait for an answer.
        steps.push("close the client of the outer engine", daemon.outer()::close);
        // A client that the caller passed in stays open, and may wait for its engine.
        Threads.start("nested-docker-abandon", () -> logged(daemon, steps.unwind()));
        LOG.info("Nested daemon {} is given up: {}", daemon.container().name(), because);
        return Outcome.ABANDONED;
    }

    private static void logged(Launched daemon, @Nullable Exception failure) {
        if (failure != null) {
            LOG.debug(
                    "Not all of the daemon {} could be freed in order",
                    daemon.container().name(),
                    failure);
        }
    }

    private static void finish(Launched daemon, String verb, @Nullable Exception first) {
        Exception unwinding = daemon.undo().unwind();
        Exception failure = first == null ? unwinding : first;
        if (failure == null) {
            return;
        }
        NestedDockerException whole = failed(daemon, verb, failure);
        if (unwinding != null && unwinding != failure) {
            whole.addSuppressed(unwinding);
        }
        throw whole;
    }

    private static NestedDockerException failed(Launched daemon, String verb, Exception failure) {
        return new NestedDockerException(
                "Tried to " + verb + " the daemon container "
                        + daemon.container().name() + " but that failed: "
                        + Reason.of(failure).replaceFirst("[.]$", "")
                        + ". If it is still there, remove it with `docker rm -fv "
                        + daemon.container().name()
                        + "`.",
                failure);
    }

    /**
     * Ends and removes the container. A paused container can't receive a signal. A container that does not end in time is removed by force.
     */
    private static void endContainer(Launched daemon, String signal, Deadline orderly) throws InterruptedException {
        if (daemon.container().log().hasEnded()) {
            return;
        }
        OuterContainers containers = daemon.outer().containers();
        containers.unpauseIfPaused(daemon.container().id());
        containers.signal(daemon.container().id(), signal);
        daemon.container().log().awaitEnd(Duration.ofMillis(Math.max(0, orderly.remainingMillis())));
    }

    /**
     * Waits until the container is gone. The outer engine also removes an ended container by itself, and then answers the request before
     * the removal is complete.
     */
    private static void remove(Launched daemon) throws InterruptedException {
        OuterContainers containers = daemon.outer().containers();
        containers.remove(daemon.container().id());
        Deadline deadline = Deadline.in(REMOVAL);
        while (containers.find(daemon.container().id()).isPresent()) {
            if (deadline.hasPassed()) {
                throw new NestedDockerException(
                        "Tried to remove the daemon container "
                                + daemon.container().name() + " but it was still there after " + REMOVAL.toSeconds()
                                + " s; remove it with `docker rm -fv "
                                + daemon.container().name() + "`.",
                        null);
            }
            deadline.pause(PAUSE);
        }
    }
}
