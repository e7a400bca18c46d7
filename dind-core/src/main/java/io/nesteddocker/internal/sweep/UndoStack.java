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
     * Undoes everything with the thread's interrupt flag put aside, because an interrupted thread can't talk through a socket.
     *
     * @return the first failure with the others suppressed, or null where all went well
     */
    public synchronized @Nullable Exception unwind() {
        boolean interrupted = Thread.interrupted();
        Exception first = null;
        while (!undoings.isEmpty()) {
            Undoing undoing = undoings.pop();
            try {
                LOG.debug("Undoing: {}", undoing.what());
                undoing.action().run();
            } catch (InterruptedException e) {
                interrupted = true;
                first = joined(first, e);
            } catch (Exception e) {
                first = joined(first, e);
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return first;
    }

    private static Exception joined(@Nullable Exception first, Exception next) {
        if (first == null) {
            return next;
        }
        first.addSuppressed(next);
        return first;
    }
}
