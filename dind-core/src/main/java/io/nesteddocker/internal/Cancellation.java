package io.nesteddocker.internal;

import java.util.ArrayList;
import java.util.List;

/** Lets one thread ask another to end its work early. Thread-safe. */
public final class Cancellation {

    private final List<Runnable> actions = new ArrayList<>();
    private volatile boolean cancelled;

    /** Thrown at the next step of work that was cancelled. */
    public static final class CancelledException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        CancelledException() {
            super("The work was cancelled.");
        }
    }

    /** A registration that is undone when it is closed, without an exception. */
    public interface Registration extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Cancels the work: runs the registered actions, and makes {@link #throwIfCancelled()} throw from now on. If an action fails, throws
     * its exception after all have run.
     */
    public void cancel() {
        List<Runnable> toRun;
        synchronized (actions) {
            if (cancelled) {
                return;
            }
            cancelled = true;
            toRun = List.copyOf(actions);
        }
        RuntimeException first = null;
        for (Runnable action : toRun) {
            try {
                action.run();
            } catch (RuntimeException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }

    /** Returns whether the work was cancelled. */
    public boolean isCancelled() {
        return cancelled;
    }

    /** Throws a {@link CancelledException} once the work was cancelled. */
    public void throwIfCancelled() {
        if (cancelled) {
            throw new CancelledException();
        }
    }

    /** Registers an action that runs when the work is cancelled, or at once if it already is, unless the registration was closed. */
    public Registration onCancel(Runnable action) {
        boolean late;
        synchronized (actions) {
            late = cancelled;
            if (!late) {
                actions.add(action);
            }
        }
        if (late) {
            action.run();
        }
        return () -> {
            synchronized (actions) {
                actions.remove(action);
            }
        };
    }
}
