package io.nesteddocker.internal.sweep;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The actions that undo earlier steps, run in reverse order.
 *
 * <p>All actions run even if others fail, and a second caller waits until the first has finished. Thread-safe.
 */
public final class UndoStack {

    private static final Logger LOG = LoggerFactory.getLogger(UndoStack.class);

    /**
     * The limit on the runs of an action. Each interrupt ends one run, and an action that is interrupted this often may itself cause the
     * interrupts.
     */
    private static final int MOST_RUNS = 20;

    private final Deque<Undoing> undoings = new ArrayDeque<>();

    /** An action that undoes a step. */
    @FunctionalInterface
    public interface Action {
        /** Undoes the step. */
        void run() throws Exception;
    }

    private record Undoing(String what, Action action, int mostRuns) {}

    /**
     * Adds an action, which {@code what} describes in the log.
     *
     * @return removes the action
     */
    public Runnable push(String what, Action action) {
        return push(new Undoing(what, action, 1));
    }

    /**
     * Adds an action, which {@code what} describes in the log, and which is run again if an interrupt ends it early.
     *
     * @return removes the action
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
     * Runs all actions. Clears the thread's interrupt flag meanwhile, because an interrupted thread can't use a socket.
     *
     * @return the first failure with the others suppressed, or null if there was none
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
                // If an interrupt ends a request to an engine, the request fails with an exception of any type.
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

    /** Undoes everything because of {@code failure}, and adds what fails meanwhile to it as suppressed. */
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
