package io.nesteddocker.pool;

import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerException;
import io.nesteddocker.NestedDockerSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps daemons of one spec running before they are needed, so that taking one needs almost no time.
 *
 * <p>{@link #lease()} takes a daemon, and closing the {@link Lease} gives it back. The pool then brings the daemon back to the state that
 * it had after its start, or replaces it if that fails. The pool starts daemons in the background until
 * {@link NestedDockerPoolBuilder#warm} of them are idle. The number of daemons that it starts at the same time is at most half the
 * number of the program's processors, but at least one. There are never more daemons than {@link NestedDockerPoolBuilder#maxSize}.
 *
 * <p>Close the pool. When the program ends, in whatever way, all daemons of the pool end too. Thread-safe.
 */
public final class NestedDockerPool implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(NestedDockerPool.class);

    private static final Duration PATIENCE_AT_THE_END = Duration.ofSeconds(60);

    private final NestedDockerSpec spec;
    private final int warm;
    private final int maxSize;
    private final int mostAtATime = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    private final Background background = new Background();

    private final Object lock = new Object();
    private final IdleDaemons idle = new IdleDaemons();
    private final Set<NestedDocker> out = new HashSet<>();
    private int starting;
    private int startingInBackground;
    private int resetting;
    private int ending;
    private int waiters;
    private boolean fillingFails;
    private boolean closed;

    NestedDockerPool(NestedDockerPoolBuilder said) {
        spec = said.spec;
        warm = said.warm;
        maxSize = said.maxSize;
        fill();
    }

    /**
     * Returns a builder for a pool.
     *
     * @param spec the options for each daemon
     * @return a builder with defaults that work
     * @throws IllegalArgumentException if there can be only one daemon of the spec at a time: it has a name, a fixed port or a named
     *     volume, or outlives the program
     */
    public static NestedDockerPoolBuilder builder(NestedDockerSpec spec) {
        return new NestedDockerPoolBuilder(spec);
    }

    /**
     * Takes a daemon: an idle one if there is one, otherwise a new one. If the pool may not have more daemons, the call waits until a
     * daemon comes back, for as long as a start may take.
     *
     * @return the lease of a daemon in the state that it had after its start; close it
     * @throws NestedDockerException if a daemon could not be started, none came back in time, or the calling thread was interrupted
     * @throws IllegalStateException if the pool is closed
     */
    public Lease lease() {
        // A used daemon is as good here; taking it leaves unused ones for leaseFresh().
        return take(daemon -> true, true);
    }

    /**
     * Takes a daemon that was never used before; see {@link #lease()}.
     *
     * <p>When the lease is closed, the daemon is closed too, and another takes its place.
     *
     * @return the lease of an unused daemon; close it
     * @throws NestedDockerException if a daemon could not be started, none came back in time, or the calling thread was interrupted
     * @throws IllegalStateException if the pool is closed
     */
    public Lease leaseFresh() {
        return take(daemon -> !daemon.used(), false);
    }

    private Lease take(Predicate<PooledDaemon> wish, boolean reusable) {
        try {
            Optional<PooledDaemon> waiting = awaitIdleOrPlace(wish, reusable);
            PooledDaemon daemon = waiting.isPresent() ? waiting.get() : startHere();
            return new Lease(this, daemon, reusable);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NestedDockerException(
                    "Tried to take a daemon from a pool but the thread was interrupted; try again.", e);
        } finally {
            fill();
        }
    }

    /** Returns a daemon that waits, or empty once there is room for another, which is then counted as starting. */
    private Optional<PooledDaemon> awaitIdleOrPlace(Predicate<PooledDaemon> wish, boolean reusable)
            throws InterruptedException {
        List<PooledDaemon> given = new ArrayList<>();
        long end = System.nanoTime() + spec.startupTimeout().toNanos();
        synchronized (lock) {
            while (true) {
                refuseClosed();
                Optional<PooledDaemon> found = takeIdle(wish, reusable);
                if (found.isPresent()) {
                    return found;
                }
                // A start or reset that is under way is over sooner than a start that begins now.
                boolean soon = startingInBackground + (reusable ? resetting : 0) > waiters;
                if (!soon && count() < maxSize) {
                    starting++;
                    return Optional.empty();
                }
                if (!soon && !idle.isEmpty()) {
                    given.add(idle.takeOldest());
                    starting++;
                    break;
                }
                long millis = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (millis <= 0) {
                    throw new NestedDockerException(
                            "Tried to take a daemon from a pool but all " + maxSize + " were in use for "
                                    + spec.startupTimeout().toSeconds()
                                    + " s; close leases that are no longer needed, or allow more with maxSize(..).",
                            null);
                }
                waiters++;
                try {
                    lock.wait(millis);
                } finally {
                    waiters--;
                }
            }
        }
        given.forEach(daemon -> closeQuietly(daemon.docker()));
        return Optional.empty();
    }

    private Optional<PooledDaemon> takeIdle(Predicate<PooledDaemon> wish, boolean usedFirst) {
        Optional<PooledDaemon> chosen = idle.take(wish, usedFirst);
        chosen.ifPresent(daemon -> out.add(daemon.docker()));
        return chosen;
    }

    private PooledDaemon startHere() {
        NestedDocker docker = null;
        try {
            docker = NestedDocker.start(spec);
            return new PooledDaemon(docker, false);
        } finally {
            boolean late;
            synchronized (lock) {
                starting--;
                late = closed;
                if (docker != null && !late) {
                    out.add(docker);
                    fillingFails = false;
                }
                lock.notifyAll();
            }
            if (docker != null && late) {
                closeQuietly(docker);
            }
        }
    }

    /** Starts the missing daemons in the background. */
    private void fill() {
        synchronized (lock) {
            while (!closed
                    && !fillingFails
                    && startingInBackground < mostAtATime
                    && idle.size() + startingInBackground + resetting < warm
                    && count() < maxSize) {
                startingInBackground++;
                starting++;
                background.run(this::startBehind);
            }
        }
    }

    private void startBehind() {
        NestedDocker docker = null;
        try {
            docker = NestedDocker.start(spec);
        } catch (RuntimeException e) {
            LOG.debug(
                    "A daemon of a pool could not be started in the background; the next caller starts one itself", e);
        }
        boolean late;
        synchronized (lock) {
            starting--;
            startingInBackground--;
            late = closed;
            if (docker == null) {
                fillingFails = true;
            } else if (!late) {
                idle.add(new PooledDaemon(docker, false));
            }
            lock.notifyAll();
        }
        if (docker != null && late) {
            closeQuietly(docker);
        }
        fill();
    }

    /** Takes back a daemon that was leased. */
    void takeBack(PooledDaemon daemon, boolean reusable) {
        synchronized (lock) {
            if (!out.remove(daemon.docker())) {
                // The pool was closed, and the daemon with it.
                return;
            }
            if (reusable) {
                resetting++;
                background.run(() -> resetBehind(daemon));
            } else {
                ending++;
                background.run(() -> endBehind(daemon.docker()));
            }
        }
        fill();
    }

    private void resetBehind(PooledDaemon daemon) {
        boolean usable = false;
        try {
            daemon.docker().reset();
            usable = true;
        } catch (RuntimeException e) {
            LOG.info("The daemon {} of a pool is replaced: {}", daemon.docker().name(), e.getMessage());
        }
        boolean kept;
        synchronized (lock) {
            resetting--;
            kept = usable && !closed;
            if (kept) {
                idle.add(daemon.afterReset());
            } else {
                ending++;
            }
            lock.notifyAll();
        }
        if (kept) {
            fill();
        } else {
            endBehind(daemon.docker());
        }
    }

    private void endBehind(NestedDocker docker) {
        closeQuietly(docker);
        synchronized (lock) {
            ending--;
            lock.notifyAll();
        }
        fill();
    }

    private int count() {
        return idle.size() + out.size() + starting + resetting + ending;
    }

    private void refuseClosed() {
        if (closed) {
            throw new IllegalStateException(
                    "Tried to take a daemon from a pool but the pool was closed; make another.");
        }
    }

    /**
     * Closes all daemons, also those that are leased, and waits until they are gone. Closing again does nothing.
     *
     * <p>The call blocks for at most a minute longer than a start may take; an interrupt ends the wait, and the interrupt flag stays set.
     * If a daemon can't be closed in order, the pool logs this; such a daemon is gone when the program ends.
     */
    @Override
    public void close() {
        List<NestedDocker> all = new ArrayList<>();
        synchronized (lock) {
            closed = true;
            idle.takeAll().forEach(daemon -> all.add(daemon.docker()));
            all.addAll(out);
            out.clear();
            lock.notifyAll();
        }
        all.forEach(docker -> background.run(() -> closeQuietly(docker)));
        background.end(spec.startupTimeout().plus(PATIENCE_AT_THE_END));
    }

    private static void closeQuietly(NestedDocker docker) {
        try {
            docker.close();
        } catch (RuntimeException e) {
            LOG.warn("A daemon of a pool could not be closed cleanly: {}", e.getMessage());
        }
    }
}
