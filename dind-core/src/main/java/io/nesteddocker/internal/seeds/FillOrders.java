package io.nesteddocker.internal.seeds;

import io.nesteddocker.internal.BlockInput;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * The standard input of a filler: the archive with which it starts, then one line for each order. When the stream ends, the filler ends, so
 * the death of the program releases it. Thread-safe.
 */
final class FillOrders extends BlockInput {

    private static final byte[] END = new byte[0];

    private final BlockingQueue<byte[]> waiting = new LinkedBlockingQueue<>();
    private byte[] current;
    private int position;
    private boolean hasEnded;

    FillOrders(byte[] archive) {
        current = archive;
    }

    /** Adds an order, with the bytes that follow its line. */
    void add(String order, byte[] content) {
        byte[] line = (order + "\n").getBytes(StandardCharsets.UTF_8);
        byte[] whole = Arrays.copyOf(line, line.length + content.length);
        System.arraycopy(content, 0, whole, line.length, content.length);
        waiting.add(whole);
    }

    @Override
    public synchronized int read(byte[] target, int offset, int length) {
        if (length == 0) {
            return 0;
        }
        if (position == current.length && !next()) {
            return -1;
        }
        int count = Math.min(length, current.length - position);
        System.arraycopy(current, position, target, offset, count);
        position += count;
        return count;
    }

    @Override
    public void close() {
        waiting.add(END);
    }

    private boolean next() {
        try {
            byte[] piece = hasEnded ? END : waiting.take();
            if (piece.length == 0) {
                hasEnded = true;
                return false;
            }
            current = piece;
            position = 0;
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
