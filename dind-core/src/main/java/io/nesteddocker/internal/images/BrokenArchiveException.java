package io.nesteddocker.internal.images;

import java.io.IOException;

/** Thrown if a file can't be used as an image archive; the message is the reason in this library's own words. */
final class BrokenArchiveException extends IOException {

    private static final long serialVersionUID = 1L;

    BrokenArchiveException(String reason) {
        super(reason);
    }

    BrokenArchiveException(String reason, Throwable cause) {
        super(reason, cause);
    }
}
