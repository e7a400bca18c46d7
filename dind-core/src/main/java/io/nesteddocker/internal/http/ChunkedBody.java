package io.nesteddocker.internal.http;

import io.nesteddocker.internal.BlockInput;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;

/**
 * A response body in chunks, RFC 9112 section 7.1; trailers are read and dropped.
 *
 * <p>Not thread-safe: one thread reads.
 */
final class ChunkedBody extends BlockInput {

    private final InputStream input;
    private long restOfChunk;
    private boolean started;
    private boolean ended;

    ChunkedBody(InputStream input) {
        this.input = input;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (restOfChunk == 0 && !ended) {
            nextChunk();
        }
        if (ended) {
            return -1;
        }
        int count = input.read(buffer, offset, (int) Math.min(length, restOfChunk));
        if (count < 0) {
            throw new EOFException("the daemon closed the connection in the middle of its answer");
        }
        restOfChunk -= count;
        return count;
    }

    private void nextChunk() throws IOException {
        if (started) {
            HttpHead.readLine(input);
        }
        started = true;
        String line = HttpHead.readLine(input);
        int semicolon = line.indexOf(';');
        String size = (semicolon < 0 ? line : line.substring(0, semicolon)).strip();
        try {
            restOfChunk = Long.parseLong(size, 16);
        } catch (NumberFormatException e) {
            throw new ProtocolException("the answer has a chunk of the size \"" + size + "\"");
        }
        if (restOfChunk < 0) {
            throw new ProtocolException("the answer has a chunk of the size \"" + size + "\"");
        }
        if (restOfChunk == 0) {
            ended = true;
            while (!HttpHead.readLine(input).isEmpty()) {
                // a trailer
            }
        }
    }
}
