package io.nesteddocker.internal.images;

import java.io.IOException;

/** Says in words of our own why a file is of no use as an image archive. */
final class BrokenArchiveException extends IOException {

    private static final long serialVersionUID = 1L;

    BrokenArchiveException(String reason) {
        super(reason);
    }

    BrokenArchiveException(String reason, Throwable cause) {
        super(reason, cause);
    }
}
