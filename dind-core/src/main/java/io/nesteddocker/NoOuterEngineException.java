package io.nesteddocker;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when there is no outer engine: no engine answers in any of the usual places, or none answers at the address that was set. If an
 * engine or another server answers and refuses, or a file with settings can't be read, a plain {@link OuterEngineException} is thrown
 * instead.
 */
public class NoOuterEngineException extends OuterEngineException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param message one sentence: what was tried, on what, why it failed, what to do
     * @param cause the cause, or null if there is none
     */
    public NoOuterEngineException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
