package io.nesteddocker;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when the outer engine cannot be found, cannot be reached, or cannot host a daemon container as requested; if no engine answers,
 * the exception is a {@link NoOuterEngineException}.
 */
public class OuterEngineException extends NestedDockerException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param message one sentence: what was tried, on what, why it failed, what to do
     * @param cause the cause, or null if there is none
     */
    public OuterEngineException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
