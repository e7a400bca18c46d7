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
 * and a second caller waits until the first is through. Thread-safe.
 */
public final class UndoStack {

    private static final Logger LOG = LoggerFactory.getLogger(UndoStack.class);

    /** Each interrupt breaks a step off once; a step that was broken off so often is given up, because it may itself be what interrupts. */
    private static final int MOST_RUNS = 20;

    private final Deque<Undoing> undoings = new ArrayDeque<>();

    /** Something to undo. */
    @FunctionalInterface
    public interface Action {
        /** Undoes it. */
        void run() throws Exception;
    }

    private record Undoing(String what, Action action, int mostRuns) {}

    /**
     * Remembers how to undo {@code what}.
     *
     * @return forgets it again
     */
    public Runnable push(String what, Action action) {
        return push(new Undoing(what, action, 1));
    }

    /**
     * Remembers how to undo {@code what} with an action that may be run again, and that is, if an interrupt breaks it off.
     *
     * @return forgets it again
     */
    public Runnable pushRepeatable(String what, Action action) {
        return push(new Undoing(what, action, MOST_RUNS));
    }

    private synchronized Runnable push(Undoing undoing) {
        undoings.push(undoing);
        return () -> forget(undoing);
    }

    private synchronized void forget(Undoing undoing) {
        undoings.remove(undoing);
    }

    /**
     * Undoes everything with the thread's interrupt flag put aside, because an interrupted thread can't talk through a socket.
     *
     * @return the first failure with the others suppressed, or null where all went well
     */
    public synchronized @Nullable Exception unwind() {
        boolean interrupted = Thread.interrupted();
        Exception first = null;
        while (!undoings.isEmpty()) {
            Undoing undoing = undoings.pop();
            Exception failure;
            boolean brokenOff;
            int runs = 0;
            do {
                LOG.debug("Undoing: {}", undoing.what());
                failure = run(undoing.action());
                // A request to an engine that an interrupt broke off fails with an exception of any kind.
                brokenOff = Thread.interrupted() || failure instanceof InterruptedException;
                interrupted |= brokenOff;
                runs++;
            } while (failure != null && brokenOff && runs < undoing.mostRuns());
            first = joined(first, failure);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return first;
    }

    /** Undoes everything after {@code failure}, in which the failures of that are suppressed. */
    public void unwindAfter(Throwable failure) {
        Exception secondary = unwind();
        if (secondary != null) {
            failure.addSuppressed(secondary);
        }
    }

    /** Undoes everything as an action of another stack; throws the first failure with the others suppressed. */
    public void unwindOrThrow() throws Exception {
        Exception failure = unwind();
        if (failure != null) {
            throw failure;
        }
    }

    private static @Nullable Exception run(Action action) {
        try {
            action.run();
            return null;
        } catch (Exception e) {
            return e;
        }
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
