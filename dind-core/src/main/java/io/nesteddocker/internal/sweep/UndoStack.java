package io.nesteddocker.internal.sweep;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has to be undone, last thing first.
 *
 * <p>Each step pushes its undoing before it acts, so that an undoing may find nothing to undo. All of them run whatever the others do,
 * and they run once: a second caller waits until the first is through. Thread-safe.
 */
public final class UndoStack {

    private static final Logger LOG = LoggerFactory.getLogger(UndoStack.class);

    /** An interrupt breaks a step off once; one that goes on throwing is given up. */
    private static final int MOST_RUNS = 3;

    private final Deque<Undoing> undoings = new ArrayDeque<>();

    /** Something to undo. */
    @FunctionalInterface
    public interface Action {
        /** Undoes it. */
        void run() throws Exception;
    }

    private record Undoing(String what, Action action) {}

    /**
     * Remembers how to undo {@code what}.
     *
     * @return forgets it again
     */
    public synchronized Runnable push(String what, Action action) {
        Undoing undoing = new Undoing(what, action);
        undoings.push(undoing);
        return () -> forget(undoing);
    }

    private synchronized void forget(Undoing undoing) {
        undoings.remove(undoing);
    }

    /**
     * Undoes everything with the thread's interrupt flag put aside, because an interrupted thread can't talk through a socket. A step that
     * an interrupt breaks off is run again.
     *
     * @return the first failure with the others suppressed, or null where all went well
     */
    public synchronized @Nullable Exception unwind() {
        boolean interrupted = Thread.interrupted();
        Exception first = null;
        while (!undoings.isEmpty()) {
            Undoing undoing = undoings.pop();
            LOG.debug("Undoing: {}", undoing.what());
            Exception failure = run(undoing.action());
            for (int again = 1; again < MOST_RUNS && wasInterrupted(failure); again++) {
                interrupted = true;
                failure = run(undoing.action());
            }
            interrupted |= wasInterrupted(failure);
            first = joined(first, failure);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return first;
    }

    private static @Nullable Exception run(Action action) {
        try {
            action.run();
            return null;
        } catch (Exception e) {
            return e;
        }
    }

    /** Clears the thread's interrupt flag. A request to an engine that an interrupt broke off fails with an exception of any kind. */
    private static boolean wasInterrupted(@Nullable Exception failure) {
        return failure != null && (Thread.interrupted() || failure instanceof InterruptedException);
    }

    private static @Nullable Exception joined(@Nullable Exception first, @Nullable Exception next) {
        if (first == null) {
            return next;
        }
        if (next != null) {
            first.addSuppressed(next);
        }
        return first;
    }
}
