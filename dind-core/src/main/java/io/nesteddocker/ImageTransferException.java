package io.nesteddocker;

import org.jspecify.annotations.Nullable;

/** Thrown when an image could not be brought into a nested daemon or out of it. */
public class ImageTransferException extends NestedDockerException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param message one sentence: what was tried, on what, why it failed, what to do
     * @param cause the cause, or null if there is none
     */
    public ImageTransferException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
