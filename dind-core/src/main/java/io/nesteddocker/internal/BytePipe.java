package io.nesteddocker.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Carries bytes from a writer to a reader in another thread; a writer waits while the pipe is full.
 *
 * <p>The JDK's piped streams fail when a thread that has used them ends, and may delay a byte by a second. Thread-safe.
 */
public final class BytePipe {

    private static final int USUAL_CAPACITY = 64 * 1024;
    private static final int FIRST_CAPACITY = 1024;

    /** The longest array that the JDK allows. */
    private static final int MOST = Integer.MAX_VALUE - 8;

    private static final Duration ENDLESS = Duration.ofDays(10_000);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final int capacity;
    private final Duration patience;
    private byte[] ring;
    private final InputStream input = new Input();
    private final OutputStream output = new Output();
    private int start;
    private int count;
    private boolean finished;
    private @Nullable String broken;

    /** Makes a pipe of the usual size, whose sides wait for each other without limit. */
    public BytePipe() {
        this(USUAL_CAPACITY, ENDLESS);
    }

    /**
     * Makes a pipe.
     *
     * @param capacity how many bytes it holds
     * @param patience how long a side waits for the other before it gives up
     */
    public BytePipe(int capacity, Duration patience) {
        this.capacity = capacity;
        this.patience = patience;
        ring = new byte[Math.min(capacity, FIRST_CAPACITY)];
    }

    /** Makes a pipe that holds up to 2 GB, as long as memory lasts, so that a writer does not wait. */
    public static BytePipe unlimited() {
        return new BytePipe(MOST, ENDLESS);
    }

    /** Returns the reading side; closing it makes further writes fail. */
    public InputStream input() {
        return input;
    }

    /** Returns the writing side; after it is closed, the reader sees the end once it has read the rest. */
    public OutputStream output() {
        return output;
    }

    /** Breaks the pipe for both sides: a reader reads the rest and then fails, a writer fails at once. */
    public void fail(String reason) {
        lock.lock();
        try {
            if (broken == null) {
                broken = reason;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends the pipe as if the writer had closed it: a reader reads the rest and then sees the end, a writer fails at once. */
    public void end(String reason) {
        lock.lock();
        try {
            finished = true;
            broken = reason;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void finish() {
        lock.lock();
        try {
            finished = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void growIfFull() {
        if (count < ring.length) {
            return;
        }
        byte[] larger = new byte[(int) Math.min(capacity, 2L * ring.length)];
        int upToTheEnd = Math.min(count, ring.length - start);
        System.arraycopy(ring, start, larger, 0, upToTheEnd);
        System.arraycopy(ring, 0, larger, upToTheEnd, count - upToTheEnd);
        ring = larger;
        start = 0;
    }

    private void awaitWhile(IntPredicate notYet) throws IOException {
        long left = patience.toNanos();
        try {
            while (notYet.test(count) && !finished && broken == null) {
                if (left <= 0) {
                    throw new IOException("nothing moved for " + patience.toSeconds() + " s");
                }
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            throw Threads.interrupted(e);
        }
    }

    private final class Input extends BlockInput {

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, buffer.length);
            if (length == 0) {
                return 0;
            }
            lock.lock();
            try {
                awaitWhile(bytes -> bytes == 0);
                if (count == 0) {
                    return end();
                }
                int taken = Math.min(Math.min(length, count), ring.length - start);
                System.arraycopy(ring, start, buffer, offset, taken);
                start = (start + taken) % ring.length;
                count -= taken;
                changed.signalAll();
                return taken;
            } finally {
                lock.unlock();
            }
        }

        private int end() throws IOException {
            if (!finished && broken != null) {
                throw new IOException(broken);
            }
            return -1;
        }

        @Override
        public int available() {
            lock.lock();
            try {
                return count;
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void close() {
            fail("the reading side is closed");
        }
    }

    private final class Output extends BlockOutput {

        @Override
        public void write(byte[] buffer, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, buffer.length);
            int from = offset;
            lock.lock();
            try {
                while (from < offset + length) {
                    awaitWhile(bytes -> bytes == capacity);
                    if (broken != null || finished) {
                        throw new IOException(broken == null ? "the writing side is closed" : broken);
                    }
                    growIfFull();
                    int end = (int) (((long) start + count) % ring.length);
                    int space = Math.min(ring.length - count, ring.length - end);
                    int put = Math.min(space, offset + length - from);
                    System.arraycopy(buffer, from, ring, end, put);
                    count += put;
                    from += put;
                    changed.signalAll();
                }
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void close() {
            finish();
        }
    }
}
