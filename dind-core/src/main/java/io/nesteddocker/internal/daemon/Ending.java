package io.nesteddocker.internal.daemon;

import io.nesteddocker.DataRoot.Reuse;
import io.nesteddocker.internal.Guard;
import io.nesteddocker.internal.launch.Launched;
import io.nesteddocker.internal.launch.Shutdown;
import io.nesteddocker.internal.launch.Shutdown.Outcome;
import io.nesteddocker.internal.sweep.UndoStack;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Closes, removes or abandons a daemon. The first call decides how; each later call waits for it. A removal also ends a daemon that an
 * earlier close has left running. Thread-safe.
 */
final class Ending {

    private final Launched launched;
    private final Guard guard;
    private final LeaveOnClose leaveOnClose;
    private final Optional<Spare> spare;
    private final AtomicReference<@Nullable CompletableFuture<Outcome>> first = new AtomicReference<>();
    private volatile boolean abandoned;

    /**
     * Creates the ending of one daemon, which each method gets.
     *
     * @param guard refuses actions on the daemon as soon as the ending has begun
     */
    Ending(Launched launched, Guard guard, LeaveOnClose leaveOnClose) {
        this.launched = launched;
        this.guard = guard;
        this.leaveOnClose = leaveOnClose;
        spare = LeaveOnClose.isReusedAs(Reuse.FRESH, launched.options())
                ? Optional.of(Spare.begin(launched.options()))
                : Optional.empty();
    }

    /** Returns whether this program has closed the daemon, or has begun to. */
    boolean hasBegun() {
        return first.get() != null;
    }

    /** Returns what is left of the daemon; empty until an ending is complete. */
    Optional<Outcome> outcome() {
        return Optional.ofNullable(first.get()).map(done -> done.getNow(null));
    }

    /** Ends the daemons inside, and ends this daemon or leaves it running if it is kept or reused. */
    void close(Daemon daemon) {
        end(daemon, () -> end(daemon, leaveOnClose.leaveOr(daemon, Shutdown::end)), Spare::leave);
    }

    /** Ends the daemons inside, this daemon even if it is kept or was left running, and the spare daemon. */
    void remove(Daemon daemon) {
        end(daemon, () -> endForGood(daemon), Spare::end);
    }

    private void endForGood(Daemon daemon) {
        if (!end(daemon, Shutdown::end)) {
            endIfLeft(daemon);
        }
    }

    private synchronized void endIfLeft(Daemon daemon) {
        if (!abandoned && outcome().filter(Outcome.LEFT::equals).isPresent()) {
            if (!daemon.isGoneWithParent()) {
                Shutdown.endLeft(launched);
            }
            first.set(CompletableFuture.completedFuture(Outcome.GONE));
        }
    }

    /** Ends the daemons inside, this one, and the spare daemon. */
    private void end(Daemon daemon, UndoStack.Action thisOne, Consumer<Spare> ofSpare) {
        UndoStack steps = new UndoStack();
        steps.push("end or leave the spare daemon", () -> {
            if (!abandoned) {
                spare.ifPresent(ofSpare);
            }
        });
        steps.push("end this one", thisOne);
        if (!hasBegun()) {
            daemon.children().forEach(child -> steps.push("end a daemon inside", child::close));
        }
        Exception failure = steps.unwind();
        if (failure instanceof RuntimeException known) {
            throw known;
        }
    }

    /**
     * Ends or leaves the daemon. If another call has begun to do so, waits for that call.
     *
     * @return whether this call has ended or left the daemon
     */
    private boolean end(Daemon daemon, LeaveOnClose.EndAction how) {
        CompletableFuture<Outcome> mine = new CompletableFuture<>();
        CompletableFuture<Outcome> others = first.compareAndExchange(null, mine);
        if (others != null) {
            others.join();
            return false;
        }
        guard.close();
        daemon.log().beginClose();
        daemon.forget();
        Outcome outcome = Outcome.LEFT;
        try {
            outcome = how.run(launched, daemon::closeAddresses);
        } finally {
            mine.complete(abandoned ? Outcome.ABANDONED : outcome);
        }
        return true;
    }

    /** Frees what this program holds for the daemons inside and for this one, without waiting for the outer engine. */
    void abandon(Daemon daemon, String reason) {
        daemon.children().forEach(child -> child.abandon(reason));
        CompletableFuture<Outcome> mine = new CompletableFuture<>();
        CompletableFuture<Outcome> others = first.compareAndExchange(null, mine);
        if (others != null && others.isDone()) {
            return;
        }
        abandoned = true;
        if (others == null) {
            guard.abandon(reason);
            daemon.forget();
        }
        try {
            Shutdown.abandon(launched, reason, daemon::closeAddresses);
            spare.ifPresent(one -> one.abandon(reason));
        } finally {
            mine.complete(Outcome.ABANDONED);
        }
    }

    /** Ends the daemon quickly, or leaves it running, because this program ends. */
    void closeAtExit(Daemon daemon) {
        end(daemon, leaveOnClose.leaveOr(daemon, Shutdown::endAtExit));
    }
}
