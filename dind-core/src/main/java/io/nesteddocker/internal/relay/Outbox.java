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
 * Frames on their way to the carrier, which one thread of its own writes.
 *
 * <p>A thread that is interrupted while it writes to a channel closes that channel, so no thread of a stream's user may write to what all
 * streams share. Bytes of streams wait for room here; what is said about streams never does, so that closing one does not hang with the
 * carrier. Thread-safe.
 */
final class Outbox {

    private static final int MOST_WAITING = 4 * Frame.MOST_BYTES;
    private static final int MOST_AT_ONCE = 2 * Frame.MOST_BYTES;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Queue<byte[]> frames = new ArrayDeque<>();
    private int waiting;
    private boolean finished;

    /** Adds what is said about a stream; without effect once the outbox is finished. */
    void put(byte[] frame) {
        lock.lock();
        try {
            add(frame);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Adds a piece of a stream once there is room.
     *
     * @throws InterruptedIOException if the thread is interrupted while it waits; nothing was added then
     */
    void putWithPatience(byte[] frame) throws InterruptedIOException {
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

    /** Takes nothing more; what is here is still written. */
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

    /** As many whole frames as there are and fit, or 0 when no more will come. */
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
