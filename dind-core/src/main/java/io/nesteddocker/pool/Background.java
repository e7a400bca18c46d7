package io.nesteddocker.pool;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the work of a pool for which nobody waits. Thread-safe. */
final class Background {

    private static final Logger LOG = LoggerFactory.getLogger(Background.class);

    private final ExecutorService threads = Executors.newCachedThreadPool(Background::thread);

    void run(Runnable work) {
        try {
            threads.execute(work);
        } catch (RejectedExecutionException e) {
            LOG.debug("The pool was closed meanwhile", e);
        }
    }

    /** Takes no more work, and waits until all work is done or {@code patience} is over; an interrupt ends the wait and stays set. */
    void end(Duration patience) {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("Some daemons of a pool are still starting or stopping; they end when the program ends");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "nested-docker-pool");
        thread.setDaemon(true);
        return thread;
    }
}
