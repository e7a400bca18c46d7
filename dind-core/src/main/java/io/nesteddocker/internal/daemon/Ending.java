package io.nesteddocker.internal.daemon;

import io.nesteddocker.DataRoot.Reuse;
import io.nesteddocker.internal.launch.Launched;
import io.nesteddocker.internal.launch.Shutdown;
import io.nesteddocker.internal.sweep.UndoStack;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Closes, removes or abandons a daemon. The first call decides how; each later call waits for it. Thread-safe. */
final class Ending {

    private final Daemon daemon;
    private final Launched launched;
    private final LeaveOnClose leaveOnClose;
    private final Optional<Spare> spare;
    private final AtomicReference<@Nullable CompletableFuture<Void>> first = new AtomicReference<>();

    Ending(Daemon daemon, Launched launched, LeaveOnClose leaveOnClose) {
        this.daemon = daemon;
        this.launched = launched;
        this.leaveOnClose = leaveOnClose;
        spare = LeaveOnClose.isReusedAs(Reuse.FRESH, launched.options())
                ? Optional.of(Spare.begin(launched.options()))
                : Optional.empty();
    }

    /** Returns whether this program has closed the daemon, or has begun to. */
    boolean hasBegun() {
        return first.get() != null;
    }

    /** Ends the daemons inside, and ends this daemon or leaves it running if it is kept or reused. */
    void close() {
        try {
            endChildrenAnd(leaveOnClose.leaveOr(daemon, Shutdown::end));
        } finally {
            spare.ifPresent(Spare::leave);
        }
    }

    /** Ends the daemons inside, this daemon even if it is kept, and the spare daemon. */
    void remove() {
        try {
            endChildrenAnd(Shutdown::end);
        } finally {
            spare.ifPresent(Spare::end);
        }
    }

    private void endChildrenAnd(LeaveOnClose.EndAction how) {
        UndoStack steps = new UndoStack();
        steps.push("end this one", () -> end(how));
        if (!hasBegun()) {
            daemon.children().forEach(child -> steps.push("end a daemon inside", child::close));
        }
        Exception failure = steps.unwind();
        if (failure instanceof RuntimeException known) {
            throw known;
        }
    }

    private void end(LeaveOnClose.EndAction how) {
        CompletableFuture<Void> mine = new CompletableFuture<>();
        CompletableFuture<Void> others = first.compareAndExchange(null, mine);
        if (others != null) {
            others.join();
            return;
        }
        daemon.log().beginClose();
        daemon.forget();
        try {
            how.run(launched, daemon::closeAddresses);
        } finally {
            mine.complete(null);
        }
    }

    /** Frees what this program holds for the daemons inside and for this one, without waiting for the outer engine. */
    void abandon(String reason) {
        daemon.children().forEach(child -> child.abandon(reason));
        CompletableFuture<Void> mine = new CompletableFuture<>();
        CompletableFuture<Void> others = first.compareAndExchange(null, mine);
        if (others != null && others.isDone()) {
            return;
        }
        if (others == null) {
            daemon.guard().abandon(reason);
            daemon.forget();
        }
        try {
            Shutdown.abandon(launched, reason, daemon::closeAddresses);
            spare.ifPresent(one -> one.abandon(reason));
        } finally {
            mine.complete(null);
        }
    }

    /** Ends the daemon quickly, or leaves it running, because this program ends. */
    void closeAtExit() {
        end(leaveOnClose.leaveOr(daemon, Shutdown::endAtExit));
    }
}
