package io.nesteddocker;

import org.jspecify.annotations.Nullable;

/** The base of what this library throws when something goes wrong outside the program. */
public class NestedDockerException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param message one sentence: what was tried, on what, why it failed, what to do
     * @param cause the cause, or null where there is none
     */
    public NestedDockerException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
