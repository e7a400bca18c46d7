package io.nesteddocker.internal.relay;

import io.nesteddocker.internal.Threads;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Holds frames for the carrier until a thread of the multiplexer writes them.
 *
 * <p>An interrupt of a thread that writes to a channel closes the channel, so threads that use a stream must not write to the carrier,
 * which all streams share. Frames with data wait for space here; other frames never do, so that closing a stream does not hang if the
 * carrier does. Thread-safe.
 */
final class Outbox {

    private static final int MOST_WAITING = 4 * Frame.MOST_BYTES;
    private static final int MOST_AT_ONCE = 2 * Frame.MOST_BYTES;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Queue<byte[]> frames = new ArrayDeque<>();
    private int waiting;
    private boolean finished;

    /** Adds a frame without data; has no effect once the outbox is finished. */
    void put(byte[] frame) {
        lock.lock();
        try {
            add(frame);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Adds a frame with data once there is space.
     *
     * @throws InterruptedIOException if the thread is interrupted while it waits; the frame is then not added
     */
    void putWhenSpace(byte[] frame) throws InterruptedIOException {
        try {
            lock.lockInterruptibly();
            try {
                while (waiting >= MOST_WAITING && !finished) {
                    changed.await();
                }
                add(frame);
            } finally {
                lock.unlock();
            }
        } catch (InterruptedException e) {
            throw Threads.interrupted(e);
        }
    }

    private void add(byte[] frame) {
        if (!finished) {
            frames.add(frame);
            waiting += frame.length;
            changed.signalAll();
        }
    }

    /** Accepts no further frames; those that are here are still written. */
    void finish() {
        lock.lock();
        try {
            finished = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Writes frames until the outbox is finished and empty. */
    void writeTo(OutputStream carrier) throws IOException {
        byte[] batch = new byte[MOST_AT_ONCE];
        int length;
        while ((length = take(batch)) > 0) {
            carrier.write(batch, 0, length);
            carrier.flush();
        }
    }

    /** Takes as many whole frames as are here and fit, and returns their length, or 0 if no more will come. */
    private int take(byte[] batch) throws InterruptedIOException {
        lock.lock();
        try {
            while (frames.isEmpty() && !finished) {
                changed.await();
            }
            int length = 0;
            for (byte[] next = frames.peek();
                    next != null && length + next.length <= batch.length;
                    next = frames.peek()) {
                System.arraycopy(next, 0, batch, length, next.length);
                length += next.length;
                frames.remove();
            }
            waiting -= length;
            changed.signalAll();
            return length;
        } catch (InterruptedException e) {
            throw Threads.interrupted(e);
        } finally {
            lock.unlock();
        }
    }
}
