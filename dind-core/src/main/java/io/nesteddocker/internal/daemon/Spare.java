package io.nesteddocker.internal.daemon;

import io.nesteddocker.internal.Threads;
import io.nesteddocker.internal.http.Reason;
import io.nesteddocker.internal.launch.Hold.Condition;
import io.nesteddocker.internal.launch.Launched;
import io.nesteddocker.internal.launch.Launcher;
import io.nesteddocker.internal.launch.Shutdown;
import io.nesteddocker.internal.options.Options;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A fresh daemon that this program leaves for the next program. It is started while this program runs, so that it exists even if this
 * program is killed. Thread-safe.
 */
final class Spare {

    private static final Logger LOG = LoggerFactory.getLogger(Spare.class);

    /** The delay before the spare daemon starts; an immediate start would slow down the first work of the program. */
    private static final long DELAY_MILLIS = 1_000;

    private final Options options;
    private final CountDownLatch wanted = new CountDownLatch(1);
    private final Thread thread = new Thread(this::start, "nested-docker-spare");
    private final AtomicReference<@Nullable Launched> daemon = new AtomicReference<>();
    private final AtomicReference<@Nullable Launched> left = new AtomicReference<>();

    private Spare(Options options) {
        this.options = options;
    }

    /** Starts a daemon with these options in the background, after a short delay. */
    static Spare begin(Options options) {
        Spare spare = new Spare(options.silent());
        spare.thread.setDaemon(true);
        spare.thread.start();
        return spare;
    }

    private void start() {
        try {
            wanted.await(DELAY_MILLIS, TimeUnit.MILLISECONDS);
            Launched started = Launcher.launchAnother(options);
            daemon.set(started);
            started.container().hold().orElseThrow().write(Condition.CLEAN);
            LOG.info(
                    "The spare daemon {} waits for the next program",
                    started.container().name());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            LOG.warn(
                    "No spare daemon could be left, so the next program will wait longer for its daemon: {}",
                    Reason.of(e));
        }
    }

    /** Waits until the daemon has started, and leaves it for the next program. */
    synchronized void leave() {
        whenStarted(started -> {
            left.set(started);
            Shutdown.detach(started, () -> {});
        });
    }

    /** Waits until the daemon has started, and ends it, even if it was left for the next program. */
    synchronized void end() {
        whenStarted(started -> {
            // If this fails, the next call tries again.
            left.set(started);
            Shutdown.end(started, () -> {});
            left.set(null);
        });
        Launched toEnd = left.get();
        if (toEnd != null) {
            Shutdown.endLeft(toEnd);
            left.set(null);
        }
    }

    /** Frees what this program holds for the daemon, now or when it has started, without waiting for the outer engine. */
    void abandon(String reason) {
        Threads.start(
                "nested-docker-spare-abandon",
                () -> whenStarted(started -> Shutdown.abandon(started, reason, () -> {})));
    }

    /**
     * Waits until the daemon has started, and runs the step. An interrupt does not end the wait, because only this method releases the
     * daemon.
     */
    private void whenStarted(Consumer<Launched> step) {
        wanted.countDown();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        Launched started = daemon.getAndSet(null);
        if (started != null) {
            step.accept(started);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
