package io.nesteddocker.internal;

import io.nesteddocker.NestedDockerException;
import io.nesteddocker.ProgressListener;
import java.util.Optional;

/**
 * Calls a user's progress listener. If the listener throws, which ends the operation, the exception names the listener, so that the user
 * does not look for the reason in an engine. As thread-safe as the listener.
 */
public final class GuardedListener implements ProgressListener {

    private static final int DEEPEST = 20;

    private final ProgressListener listener;

    private GuardedListener(ProgressListener listener) {
        this.listener = listener;
    }

    /** Guards a listener. */
    public static ProgressListener of(ProgressListener listener) {
        return listener instanceof GuardedListener ? listener : new GuardedListener(listener);
    }

    /** Guards a listener if there is one; otherwise returns one that does nothing. */
    public static ProgressListener of(Optional<ProgressListener> listener) {
        return listener.map(GuardedListener::of).orElse(progress -> {});
    }

    /** Throws a listener's exception again if it is {@code failure} or one of its causes. */
    public static void rethrow(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < DEEPEST; depth++) {
            if (cause instanceof ListenerException threw) {
                throw threw;
            }
            cause = cause.getCause();
        }
    }

    @Override
    public void onProgress(Progress progress) {
        try {
            listener.onProgress(progress);
        } catch (Throwable e) {
            // Errors are caught too, because a failed assertion in a listener is an error.
            throw new ListenerException(
                    "Tried to report \"" + progress.status() + "\" of " + progress.subject()
                            + " to the progress listener " + listener.getClass().getName() + " but it threw " + e
                            + ", which cancels the operation. Fix the listener.",
                    e);
        }
    }

    /** Thrown if a listener throws. */
    private static final class ListenerException extends NestedDockerException {

        private static final long serialVersionUID = 1L;

        ListenerException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
