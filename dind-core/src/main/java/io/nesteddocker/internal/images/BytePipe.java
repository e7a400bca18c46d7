package io.nesteddocker.internal.images;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A bounded buffer between a thread that writes and one that reads.
 *
 * <p>Unlike {@link java.io.PipedInputStream} it wakes the other side at once, ends with a reason, and is not concerned with which threads
 * are alive. A side that waits longer than the patience for the other gives up. Thread-safe for one writer and one reader.
 */
final class BytePipe {

    private static final int CAPACITY = 512 * 1024;

    private final byte[] ring = new byte[CAPACITY];
    private final Duration patience;
    private int start;
    private int count;
    private boolean ended;
    private @Nullable IOException broken;

    BytePipe(Duration patience) {
        this.patience = patience;
    }

    /** The reader's side; closing it breaks the pipe. */
    InputStream input() {
        return new Input();
    }

    /** The writer's side; closing it is the end that the reader sees. */
    OutputStream output() {
        return new Output();
    }

    /** Ends both sides with an error; the first reason stays. */
    synchronized void breakOff(String reason) {
        if (broken == null) {
            broken = new IOException(reason);
        }
        notifyAll();
    }

    private synchronized void end() {
        ended = true;
        notifyAll();
    }

    private synchronized void write(byte[] source, int offset, int length) throws IOException {
        int done = 0;
        while (done < length) {
            awaitChange(() -> count < CAPACITY);
            int at = (start + count) % CAPACITY;
            int piece = Math.min(length - done, Math.min(CAPACITY - count, CAPACITY - at));
            System.arraycopy(source, offset + done, ring, at, piece);
            count += piece;
            done += piece;
            notifyAll();
        }
    }

    private synchronized int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        awaitChange(() -> count > 0 || ended);
        if (count == 0) {
            return -1;
        }
        int piece = Math.min(length, Math.min(count, CAPACITY - start));
        System.arraycopy(ring, start, target, offset, piece);
        start = (start + piece) % CAPACITY;
        count -= piece;
        notifyAll();
        return piece;
    }

    /** A condition on the buffer, under its lock. */
    private interface Condition {
        boolean holds();
    }

    private synchronized void awaitChange(Condition condition) throws IOException {
        long end = System.nanoTime() + patience.toNanos();
        while (true) {
            if (broken != null) {
                throw new IOException(broken.getMessage(), broken);
            }
            if (condition.holds()) {
                return;
            }
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new IOException("nothing moved for " + patience.toSeconds() + " s");
            }
            try {
                wait(left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("the thread was interrupted");
            }
        }
    }

    private final class Input extends InputStream {
        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            return BytePipe.this.read(target, offset, length);
        }

        @Override
        public void close() {
            breakOff("the reader has closed");
        }
    }

    private final class Output extends OutputStream {
        @Override
        public void write(int oneByte) throws IOException {
            write(new byte[] {(byte) oneByte}, 0, 1);
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            BytePipe.this.write(source, offset, length);
        }

        @Override
        public void close() {
            end();
        }
    }
}
