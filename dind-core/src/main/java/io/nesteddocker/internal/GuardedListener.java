package io.nesteddocker.internal;

import io.nesteddocker.NestedDockerException;
import io.nesteddocker.ProgressListener;
import java.util.Optional;

/**
 * A progress listener of the user's, which is named where it throws: what it was told of is broken off by that, and nobody should look
 * for the reason in an engine. As thread-safe as the listener.
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

    /** Guards a listener where there is one; else nobody hears anything. */
    public static ProgressListener of(Optional<ProgressListener> listener) {
        return listener.map(GuardedListener::of).orElse(progress -> {});
    }

    /** Throws on if a listener threw, however deep other failures have wrapped that. */
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
            // An assertion that fails in a listener is an error, and says as much as an exception.
            throw new ListenerException(
                    "Tried to report \"" + progress.status() + "\" of " + progress.subject()
                            + " to the progress listener " + listener.getClass().getName() + " but it threw " + e
                            + ", which cancels the operation. Fix the listener.",
                    e);
        }
    }

    /** Thrown when a listener threw. */
    private static final class ListenerException extends NestedDockerException {

        private static final long serialVersionUID = 1L;

        ListenerException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
