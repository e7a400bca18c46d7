package io.nesteddocker.internal.daemon;

import io.nesteddocker.DataRoot.Reuse;
import io.nesteddocker.internal.http.Reason;
import io.nesteddocker.internal.inner.InitialState;
import io.nesteddocker.internal.launch.Hold;
import io.nesteddocker.internal.launch.Hold.Condition;
import io.nesteddocker.internal.launch.Launched;
import io.nesteddocker.internal.launch.Shutdown;
import io.nesteddocker.internal.launch.Shutdown.Outcome;
import io.nesteddocker.internal.options.Options;
import io.nesteddocker.internal.sweep.UndoStack;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Leaves a daemon that outlives this program, kept or reused, in the condition that its options demand. */
final class LeaveOnClose {

    private static final Logger LOG = LoggerFactory.getLogger(LeaveOnClose.class);

    private final InitialState initialState;

    LeaveOnClose(InitialState initialState) {
        this.initialState = initialState;
    }

    /** Returns whether the options demand that the daemon is reused in this condition. */
    static boolean isReusedAs(Reuse condition, Options options) {
        return options.lifecycle()
                .reuse()
                .filter(reuse -> reuse.condition() == condition)
                .isPresent();
    }

    /** A way to end a daemon, or to leave it. */
    interface EndAction {
        /** Ends or leaves the daemon. The action {@code addresses} closes the addresses of inner containers. */
        Outcome run(Launched launched, UndoStack.Action addresses);
    }

    /** Returns a way that leaves the daemon if it is to outlive this program; otherwise returns {@code end}. */
    EndAction leaveOr(Daemon daemon, EndAction end) {
        if (daemon.isLeased() || isReusedAs(Reuse.FRESH, daemon.options())) {
            return end;
        }
        if (isReusedAs(Reuse.RESET, daemon.options())) {
            return (launched, addresses) -> leaveClean(daemon, launched, addresses, end);
        }
        return isReusedAs(Reuse.AS_IT_WAS, daemon.options()) ? LeaveOnClose::leaveAsItIs : Shutdown::detach;
    }

    /** Resets the daemon and leaves it. A daemon that can't be reset is of no use for the next program, so it is ended. */
    private Outcome leaveClean(Daemon daemon, Launched launched, UndoStack.Action addresses, EndAction end) {
        Optional<Hold> hold = launched.container().hold().filter(Hold::lasts);
        if (hold.isEmpty() && !launched.container().log().hasEnded()) {
            LOG.warn(
                    "The daemon {} is not reset, because the connection that reserved it for this program was lost;"
                            + " another program may use it now",
                    daemon.name());
            return Shutdown.detach(launched, addresses);
        }
        EndAction way = Shutdown::detach;
        try {
            daemon.neighbours().leaveNetworks();
            ResetToStart.reset(daemon, initialState);
            hold.orElseThrow().write(Condition.CLEAN);
        } catch (IOException | RuntimeException | InterruptedException e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            LOG.warn(
                    "The daemon {} can't be reset for the next program, and is ended: {}", daemon.name(), Reason.of(e));
            way = end;
        }
        return way.run(launched, addresses);
    }

    /**
     * Leaves the daemon, and resumes it first if it is paused: no program could use a paused daemon, and its time to live would not run
     * out.
     */
    private static Outcome leaveAsItIs(Launched launched, UndoStack.Action addresses) {
        Outcome outcome;
        try {
            launched.outer().containers().unpauseIfPaused(launched.container().id());
        } finally {
            outcome = Shutdown.detach(launched, addresses);
        }
        return outcome;
    }
}
