package io.nesteddocker.internal.relay;

import io.nesteddocker.internal.BlockInput;
import io.nesteddocker.internal.BlockOutput;
import io.nesteddocker.internal.Threads;
import io.nesteddocker.internal.http.DaemonConnection;
import io.nesteddocker.internal.relay.Frame.Kind;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One of the streams on a carrier. It never holds more unread bytes than its window, because the other side has no credit to send more.
 * Thread-safe.
 */
final class MultiplexedStream {

    /** The number of bytes that may be on their way to a reader: enough to keep a fast one busy, even through several engines. */
    static final int WINDOW = 512 * 1024;

    private final int number;
    private final Outbox outbox;
    private final Runnable onceOver;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<byte[]> unread = new ArrayDeque<>();
    private int readOfFirst;
    private int taken;
    private int credit;
    private boolean opened;
    private boolean inputEnded;
    private boolean outputEnded;
    private boolean over;
    private @Nullable String failure;
    private @Nullable String stopped;

    /**
     * Makes a stream, which {@link #open} requests.
     *
     * @param onceOver called when the stream has ended in both directions
     */
    MultiplexedStream(int number, Outbox outbox, Runnable onceOver) {
        this.number = number;
        this.outbox = outbox;
        this.onceOver = onceOver;
    }

    /** Requests the stream and waits until it is open. */
    DaemonConnection open(byte[] target, Duration patience) throws IOException {
        outbox.put(Frame.encode(number, Kind.OPEN, target, 0, target.length));
        outbox.put(Frame.credit(number, WINDOW));
        try {
            awaitOpen(patience);
        } catch (IOException e) {
            close();
            throw e;
        }
        return DaemonConnection.of(new Input(), new Output(), this::endOutput, this::close, this::isQuiet);
    }

    private void awaitOpen(Duration patience) throws IOException {
        lock.lock();
        try {
            long rest = patience.toNanos();
            while (!opened && failure == null) {
                if (rest <= 0) {
                    throw new InterruptedIOException("no answer within " + patience.toSeconds() + " s");
                }
                rest = changed.awaitNanos(rest);
            }
            if (!opened) {
                throw new IOException(failure);
            }
        } catch (InterruptedException e) {
            throw Threads.interrupted(e);
        } finally {
            lock.unlock();
        }
    }

    /** Handles a frame of the other side. It must not wait for anything, because the other streams wait for it. */
    void take(Frame frame) throws IOException {
        lock.lock();
        try {
            switch (frame.kind()) {
                case OPEN -> opened = true;
                case DATA -> keep(frame.bytes());
                case END -> inputEnded = true;
                case CREDIT -> credit += frame.number();
                case STOP -> stopped = text(frame);
                case CLOSE -> failure = text(frame);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        settle();
    }

    /** Keeps bytes for the reader; those that come after the stream was closed here are dropped. */
    private void keep(byte[] bytes) {
        if (failure == null) {
            unread.add(bytes);
        }
    }

    private static String text(Frame frame) {
        return new String(frame.bytes(), StandardCharsets.UTF_8);
    }

    /** Ends the stream because its carrier has ended. */
    void fail(String reason) {
        lock.lock();
        try {
            if (failure == null) {
                failure = reason;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        settle();
    }

    /** Runs {@code onceOver} once the stream has ended; the other side forgets the stream at the same point. */
    private void settle() {
        lock.lock();
        try {
            boolean ended = failure != null || (inputEnded && (outputEnded || stopped != null));
            if (!ended || over) {
                return;
            }
            over = true;
        } finally {
            lock.unlock();
        }
        onceOver.run();
    }

    private void endOutput() {
        lock.lock();
        try {
            if (outputEnded || over) {
                return;
            }
            outputEnded = true;
            outbox.put(Frame.encode(number, Kind.END));
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        settle();
    }

    private void close() {
        lock.lock();
        try {
            if (!over) {
                outbox.put(Frame.encode(number, Kind.CLOSE));
            }
            unread.clear();
            readOfFirst = 0;
            failure = "the stream is closed";
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        settle();
    }

    private boolean isQuiet() {
        lock.lock();
        try {
            return !over && !inputEnded && stopped == null && unread.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    private void awaitWhile(BooleanSupplier notYet) throws InterruptedIOException {
        try {
            while (notYet.getAsBoolean() && failure == null) {
                changed.await();
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
                awaitWhile(() -> unread.isEmpty() && !inputEnded);
                byte[] first = unread.peek();
                if (first == null) {
                    if (inputEnded) {
                        return -1;
                    }
                    throw new IOException(failure);
                }
                int count = Math.min(length, first.length - readOfFirst);
                System.arraycopy(first, readOfFirst, buffer, offset, count);
                readOfFirst += count;
                if (readOfFirst == first.length) {
                    unread.remove();
                    readOfFirst = 0;
                }
                giveCredit(count);
                return count;
            } finally {
                lock.unlock();
            }
        }

        private void giveCredit(int count) {
            taken += count;
            if (taken >= WINDOW / 2 && !inputEnded && !over) {
                outbox.put(Frame.credit(number, taken));
                taken = 0;
            }
        }

        @Override
        public int available() {
            lock.lock();
            try {
                byte[] first = unread.peek();
                return first == null ? 0 : first.length - readOfFirst;
            } finally {
                lock.unlock();
            }
        }
    }

    private final class Output extends BlockOutput {

        @Override
        public void write(byte[] buffer, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, buffer.length);
            for (int done = 0; done < length; ) {
                int count = spend(Math.min(length - done, Frame.MOST_BYTES));
                try {
                    outbox.putWhenSpace(Frame.encode(number, Kind.DATA, buffer, offset + done, count));
                } catch (IOException e) {
                    takeBack(count);
                    throw e;
                }
                done += count;
            }
        }

        /** Restores credit for bytes that were not sent, because the other side renews it only for bytes that it received. */
        private void takeBack(int count) {
            lock.lock();
            try {
                credit += count;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }

        /** Waits for credit, and uses as much of it as is available and wanted. */
        private int spend(int wanted) throws IOException {
            lock.lock();
            try {
                awaitWhile(() -> credit == 0 && stopped == null && !outputEnded);
                if (failure != null || stopped != null || outputEnded) {
                    throw new IOException(
                            failure != null ? failure : stopped != null ? stopped : "the output was ended");
                }
                int count = Math.min(wanted, credit);
                credit -= count;
                return count;
            } finally {
                lock.unlock();
            }
        }
    }
}
