package io.nesteddocker;

import org.jspecify.annotations.Nullable;

/** The base class of the exceptions that this library throws when something fails outside the program. */
public class NestedDockerException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param message one sentence: what was tried, on what, why it failed, what to do
     * @param cause the cause, or null if there is none
     */
    public NestedDockerException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
