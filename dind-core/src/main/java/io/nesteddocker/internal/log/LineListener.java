package io.nesteddocker.internal.log;

import io.nesteddocker.internal.sweep.UndoStack;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes lines to the user's consumer on a separate thread, so that the consumer can't disturb the library.
 *
 * <p>If the consumer is slower than the daemon, lines wait in a bounded queue. Lines that do not fit are dropped, and a line in their place
 * states how many are missing. Thread-safe.
 */
public final class LineListener {

    /** The capacity of the queue: a few megabytes at most, or minutes of a busy daemon's output. */
    static final int MOST_WAITING = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(LineListener.class);
    private static final Duration IDLE = Duration.ofSeconds(1);
    private static final Duration LAST_LINES = Duration.ofMillis(500);

    private final Consumer<String> consumer;
    private final ThreadPoolExecutor executor;
    private volatile boolean failed;
    private volatile boolean busy;
    private long missing;
    private boolean closed;

    private LineListener(Consumer<String> consumer) {
        this.consumer = consumer;
        executor = new ThreadPoolExecutor(
                1,
                1,
                IDLE.toMillis(),
                TimeUnit.MILLISECONDS,
                new LinkedBlockingQueue<>(MOST_WAITING),
                LineListener::thread);
        executor.allowCoreThreadTimeOut(true);
    }

    /** Creates a listener that passes lines to a consumer, until {@code undo} passes the last ones. */
    public static LineListener to(Consumer<String> consumer, UndoStack undo) {
        LineListener listener = new LineListener(consumer);
        undo.push("hand over the last lines of the log", listener::close);
        return listener;
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "nested-docker-log-consumer");
        thread.setDaemon(true);
        return thread;
    }

    /** Passes a line to the consumer's thread; never blocks and never throws. */
    public synchronized void accept(String line) {
        if (closed) {
            return;
        }
        long before = missing;
        try {
            executor.execute(() -> deliver(before, line));
            missing = 0;
        } catch (RejectedExecutionException e) {
            if (missing++ == 0) {
                LOG.warn("The log consumer is so slow that lines are left out; it should return quickly");
            }
        }
    }

    private void deliver(long before, String line) {
        busy = true;
        try {
            if (before > 0) {
                deliver("nested-docker: " + before
                        + " lines are missing here, because the log consumer was too slow for them");
            }
            deliver(line);
        } finally {
            busy = false;
        }
    }

    /**
     * Passes a line to the consumer. Catches errors too, because a failed assertion in a consumer is an error, but no reason to end a
     * daemon.
     */
    private void deliver(String line) {
        try {
            consumer.accept(line);
        } catch (Throwable e) {
            if (!failed) {
                LOG.warn("The log consumer threw an exception; further exceptions that it throws are not reported", e);
            }
            failed = true;
        }
    }

    /** Waits a moment for a consumer that has not received all lines, then gives up. The consumer itself may call this indirectly. */
    private void close() throws InterruptedException {
        synchronized (this) {
            closed = true;
        }
        executor.shutdown();
        if (isConsumersThread() || executor.awaitTermination(LAST_LINES.toMillis(), TimeUnit.MILLISECONDS)) {
            return;
        }
        int unheard = executor.shutdownNow().size() + (busy ? 1 : 0);
        LOG.warn(
                "The log consumer was still busy {} ms after the daemon's end, so {} lines were not handed to it",
                LAST_LINES.toMillis(),
                unheard);
    }

    private static boolean isConsumersThread() {
        return Thread.currentThread().getName().equals("nested-docker-log-consumer");
    }
}
