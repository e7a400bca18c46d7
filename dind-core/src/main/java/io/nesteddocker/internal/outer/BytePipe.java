package io.nesteddocker.internal.outer;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * A bounded buffer between a thread that writes and one that reads; each waits for the other.
 *
 * <p>The JDK's piped streams break when the thread at one end has ended, which is nothing unusual here. Thread-safe.
 */
final class BytePipe {

    private static final int SIZE = 256 * 1024;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final byte[] ring = new byte[SIZE];
    private final Input input = new Input();
    private final Output output = new Output();
    private int first;
    private int count;
    private boolean writerDone;
    private boolean readerGone;

    Input input() {
        return input;
    }

    Output output() {
        return output;
    }

    boolean isEmptyAndOpen() {
        lock.lock();
        try {
            return count == 0 && !writerDone;
        } finally {
            lock.unlock();
        }
    }

    private void awaitUntil(BooleanSupplier condition) throws IOException {
        try {
            while (!condition.getAsBoolean()) {
                changed.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the thread was interrupted");
        }
    }

    /** What comes out; closing it makes writes fail. */
    final class Input extends InputStream {

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            lock.lock();
            try {
                awaitUntil(() -> count > 0 || writerDone || readerGone);
                if (count == 0) {
                    return -1;
                }
                int taken = Math.min(Math.min(length, count), SIZE - first);
                System.arraycopy(ring, first, buffer, offset, taken);
                first = (first + taken) % SIZE;
                count -= taken;
                changed.signalAll();
                return taken;
            } finally {
                lock.unlock();
            }
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
            lock.lock();
            try {
                readerGone = true;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /** What goes in; closing it ends the input once that is empty. */
    final class Output extends OutputStream {

        @Override
        public void write(int oneByte) throws IOException {
            write(new byte[] {(byte) oneByte}, 0, 1);
        }

        @Override
        public void write(byte[] buffer, int offset, int length) throws IOException {
            lock.lock();
            try {
                for (int done = 0; done < length; ) {
                    awaitUntil(() -> count < SIZE || readerGone || writerDone);
                    if (readerGone || writerDone) {
                        throw new IOException("the stream was closed");
                    }
                    int end = (first + count) % SIZE;
                    int given = Math.min(Math.min(length - done, SIZE - count), SIZE - end);
                    System.arraycopy(buffer, offset + done, ring, end, given);
                    count += given;
                    done += given;
                    changed.signalAll();
                }
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void close() {
            lock.lock();
            try {
                writerDone = true;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }
}
