package io.nesteddocker.internal.http;

import io.nesteddocker.internal.BlockInput;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * A response body whose length is in the head.
 *
 * <p>Not thread-safe: one thread reads.
 */
final class FixedLengthBody extends BlockInput {

    private final InputStream input;
    private long rest;

    FixedLengthBody(InputStream input, long length) {
        this.input = input;
        this.rest = length;
    }

    /** Returns whether the whole body has been read. */
    boolean isComplete() {
        return rest == 0;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (rest == 0) {
            return -1;
        }
        int count = input.read(buffer, offset, (int) Math.min(length, rest));
        if (count < 0) {
            throw new EOFException("the daemon closed the connection " + rest + " bytes before the end of its answer");
        }
        rest -= count;
        return count;
    }
}
