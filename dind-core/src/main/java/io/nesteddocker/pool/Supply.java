package io.nesteddocker.pool;

import io.nesteddocker.EngineInfo;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerException;
import io.nesteddocker.NestedDockerSpec;
import io.nesteddocker.NoOuterEngineException;
import io.nesteddocker.pool.PoolEngine.Condition;
import io.nesteddocker.pool.PooledDaemon.State;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts, leases, takes back, resets and closes the daemons of a pool. A single outer engine is not watched; several engines are.
 * Thread-safe.
 */
final class Supply implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Supply.class);

    private static final Duration PATIENCE_AT_THE_END = Duration.ofSeconds(60);

    private final NestedDockerSpec spec;
    private final int warm;
    private final int maxSize;
    private final Background background = new Background();
    private final @Nullable EngineWatch watch;

    private final Object lock = new Object();
    private final Stock stock;
    private int waiters;
    private boolean closed;

    Supply(NestedDockerPoolBuilder said, PollingIntervals intervals) {
        spec = said.spec;
        warm = said.warm;
        maxSize = said.maxSize();
        stock = new Stock(said.engines(), Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
        watch = said.hasSeveral() ? new EngineWatch(stock.engines(), intervals) : null;
        if (watch != null) {
            watch.start(this::answered, this::silent);
        }
        fill();
    }

    /** Takes a daemon that meets the condition; if {@code usedFirst}, preferably one that was used before. */
    PooledDaemon take(Predicate<PooledDaemon> wish, boolean usedFirst) {
        Attempts attempts = new Attempts(stock);
        try {
            while (true) {
                PooledDaemon daemon = awaitIdleOrRoom(wish, usedFirst, attempts);
                RuntimeException failure = awaitStart(daemon);
                if (failure == null) {
                    return daemon;
                }
                if (watch == null || !(failure instanceof NestedDockerException)) {
                    throw failure;
                }
                attempts.failed(daemon.engine(), failure);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NestedDockerException(
                    "Tried to take a daemon from a pool but the thread was interrupted; try again.", e);
        } finally {
            fill();
        }
    }

    /** Returns an idle daemon, or a new one that the caller starts because there is room for it. */
    private PooledDaemon awaitIdleOrRoom(Predicate<PooledDaemon> wish, boolean usedFirst, Attempts attempts)
            throws InterruptedException {
        PooledDaemon replaced;
        PooledDaemon place;
        long end = System.nanoTime() + spec.startupTimeout().toNanos();
        synchronized (lock) {
            while (true) {
                refuseClosed();
                Optional<PooledDaemon> found = stock.idle(wish, usedFirst);
                if (found.isPresent()) {
                    found.get().become(State.LEASED);
                    return found.get();
                }
                // A start or reset that has begun will be finished sooner than a start that begins now.
                boolean soon = stock.startingAhead() + (usedFirst ? stock.count(State.RESETTING) : 0) > waiters;
                Optional<PoolEngine> room = soon || stock.count() >= maxSize
                        ? Optional.empty()
                        : stock.forStart(false, attempts.tried(), System.nanoTime());
                if (room.isPresent()) {
                    return stock.begin(room.get(), true);
                }
                Optional<PooledDaemon> unfit = soon ? Optional.empty() : stock.oldestIdle(attempts.tried());
                if (unfit.isPresent()) {
                    replaced = unfit.get();
                    stock.remove(replaced);
                    place = stock.begin(replaced.engine(), true);
                    break;
                }
                if (watch != null) {
                    attempts.refuseHopeless();
                }
                long millis = millisUntil(end, attempts);
                waiters++;
                try {
                    lock.wait(millis);
                } finally {
                    waiters--;
                }
            }
        }
        closeQuietly(replaced.docker());
        return place;
    }

    /** Returns how long a caller may wait until the given time, or throws an exception if the time is over. */
    private long millisUntil(long end, Attempts attempts) {
        long millis = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (millis > 0) {
            return millis;
        }
        throw watch != null
                ? attempts.tooLate(spec.startupTimeout())
                : new NestedDockerException(
                        "Tried to take a daemon from a pool but all " + maxSize + " were in use for "
                                + spec.startupTimeout().toSeconds()
                                + " s; close leases that are no longer needed, or allow more with maxSize(..).",
                        null);
    }

    /**
     * Starts a daemon unless it runs. Returns the reason if that failed, or null. If there are several engines, the start runs on another
     * thread, because its engine may stop answering and the caller must not wait for that.
     */
    private @Nullable RuntimeException awaitStart(PooledDaemon daemon) throws InterruptedException {
        if (watch == null) {
            startUnlessStarted(daemon);
        }
        synchronized (lock) {
            if (watch != null && daemon.is(State.STARTING)) {
                background.run(() -> startUnlessStarted(daemon));
            }
            try {
                while (daemon.is(State.STARTING)) {
                    refuseClosed();
                    lock.wait();
                }
            } catch (InterruptedException e) {
                if (daemon.is(State.LEASED)) {
                    daemon.become(State.IDLE);
                    lock.notifyAll();
                }
                throw e;
            } finally {
                daemon.notWanted();
            }
            if (daemon.is(State.GONE) && daemon.failure() == null) {
                refuseClosed();
            }
            return daemon.failure();
        }
    }

    /** Starts the missing daemons in the background. */
    private void fill() {
        synchronized (lock) {
            while (!closed
                    && stock.count(State.IDLE) + stock.startingAhead() + stock.count(State.RESETTING) < warm
                    && stock.count() < maxSize) {
                Optional<PoolEngine> engine = stock.forStart(true, Set.of(), System.nanoTime());
                if (engine.isEmpty()) {
                    return;
                }
                PooledDaemon daemon = stock.begin(engine.get(), false);
                background.run(() -> {
                    startUnlessStarted(daemon);
                    fill();
                });
            }
        }
    }

    private void startUnlessStarted(PooledDaemon daemon) {
        synchronized (lock) {
            if (!daemon.is(State.STARTING)) {
                return;
            }
            if (closed) {
                stock.remove(daemon);
                lock.notifyAll();
                return;
            }
            daemon.startedBy(watch == null ? null : Thread.currentThread());
        }
        NestedDocker docker;
        try {
            docker = NestedDocker.start(daemon.engine().spec());
        } catch (RuntimeException e) {
            LOG.debug(
                    "A daemon of a pool could not be started on {}",
                    daemon.engine().name(),
                    e);
            startFailed(daemon, e);
            return;
        } catch (Error e) {
            startFailed(daemon, new IllegalStateException("A daemon of a pool could not be started: " + e, e));
            throw e;
        }
        started(daemon, docker);
    }

    private void startFailed(PooledDaemon daemon, RuntimeException failure) {
        synchronized (lock) {
            startIsOver(daemon);
            if (daemon.is(State.STARTING)) {
                if (watch != null || !daemon.wanted()) {
                    daemon.engine().startFailed(System.nanoTime());
                }
                daemon.failed(failure);
                stock.remove(daemon);
            }
            lock.notifyAll();
        }
    }

    private void started(PooledDaemon daemon, NestedDocker docker) {
        boolean lost;
        boolean late;
        synchronized (lock) {
            startIsOver(daemon);
            lost = daemon.is(State.GONE);
            late = closed;
            if (!lost) {
                daemon.started(docker);
                stock.becameIdle(daemon);
                daemon.engine().startSucceeded();
                if (late) {
                    daemon.become(State.ENDING);
                }
            }
            lock.notifyAll();
        }
        if (lost) {
            docker.abandon("its outer engine was given up while it started");
        } else if (late) {
            endInBackground(daemon);
        } else if (watch != null) {
            CompletableFuture<Void> unused = docker.onExit().thenRun(() -> ended(daemon));
        }
    }

    /** Clears the interrupt that {@link PooledDaemon#lose} sends if the engine is lost, because it was meant only for the start. */
    private void startIsOver(PooledDaemon daemon) {
        if (watch != null) {
            daemon.startedBy(null);
            Thread.interrupted();
        }
    }

    /** Takes back a daemon that was leased. */
    void takeBack(PooledDaemon daemon, boolean reusable) {
        synchronized (lock) {
            if (!daemon.is(State.LEASED)) {
                // The pool was closed together with the daemon, or the daemon's engine is lost.
                return;
            }
            if (reusable) {
                daemon.become(State.RESETTING);
                background.run(() -> resetInBackground(daemon));
            } else {
                daemon.become(State.ENDING);
                background.run(() -> endInBackground(daemon));
            }
        }
        fill();
    }

    private void resetInBackground(PooledDaemon daemon) {
        boolean usable = false;
        try {
            daemon.docker().reset();
            usable = true;
        } catch (RuntimeException e) {
            LOG.info("The daemon {} of a pool is replaced: {}", daemon.docker().name(), e.getMessage());
        }
        boolean kept;
        synchronized (lock) {
            if (daemon.is(State.GONE)) {
                return;
            }
            kept = usable && !closed;
            if (kept) {
                daemon.idleAgain();
                stock.becameIdle(daemon);
            } else {
                daemon.become(State.ENDING);
            }
            lock.notifyAll();
        }
        if (kept) {
            fill();
        } else {
            endInBackground(daemon);
        }
    }

    private void endInBackground(PooledDaemon daemon) {
        closeQuietly(daemon.docker());
        synchronized (lock) {
            stock.remove(daemon);
            lock.notifyAll();
        }
        fill();
    }

    /** Records that a daemon has ended, so that it is not leased, and asks at once whether its outer engine still answers. */
    private void ended(PooledDaemon daemon) {
        synchronized (lock) {
            daemon.ended();
        }
        if (watch != null) {
            watch.lookAt(daemon.engine());
        }
    }

    private void answered(PoolEngine engine, EngineInfo.Outer answer) {
        boolean back;
        synchronized (lock) {
            back = engine.condition() == Condition.LOST;
            engine.answered(answer);
            stock.counted(engine, answer.daemons());
            if (!closed) {
                for (PooledDaemon daemon : stock.endedOn(engine)) {
                    daemon.become(State.ENDING);
                    background.run(() -> endInBackground(daemon));
                }
            }
            lock.notifyAll();
        }
        if (back) {
            LOG.info("The outer engine {} of a pool answers again", engine.name());
        }
        fill();
    }

    private void silent(PoolEngine engine, String reason) {
        List<PooledDaemon> lost = List.of();
        boolean newlyLost;
        synchronized (lock) {
            newlyLost = engine.wasSilent(reason);
            if (newlyLost) {
                lost = stock.removeAllOn(engine);
                lost.forEach(daemon -> daemon.lose(reason));
            }
            lock.notifyAll();
        }
        if (newlyLost) {
            LOG.warn(
                    "The outer engine {} of a pool does not answer: {}; check this engine, with `docker info` for example, and if it is"
                            + " only slow, make new connections to it faster. The pool gives up the daemons that it had there, {} in"
                            + " number, and goes on without the engine until it answers in time.",
                    engine.name(),
                    reason,
                    lost.size());
        }
        for (PooledDaemon daemon : lost) {
            if (daemon.isStarted()) {
                daemon.docker().abandon("its outer engine " + engine.name() + " does not answer: " + reason);
            }
        }
        fill();
    }

    /** Throws an exception if the outer engine of a daemon is lost, and the daemon with it. */
    void refuseLost(PooledDaemon daemon) {
        if (watch == null) {
            return;
        }
        synchronized (lock) {
            if (!daemon.lostBecause().isEmpty()) {
                throw new NoOuterEngineException(
                        "Tried to use the daemon " + daemon.docker().name() + " of a pool on the outer engine "
                                + daemon.engine().name() + " but that engine stopped answering: "
                                + daemon.lostBecause()
                                + "; close this lease and take another, which comes from an engine that answers.",
                        null);
            }
        }
    }

    private void refuseClosed() {
        if (closed) {
            throw new IllegalStateException(
                    "Tried to take a daemon from a pool but the pool was closed; create another pool.");
        }
    }

    /** Closes all daemons, and waits until they are gone or the time limit is over. */
    @Override
    public void close() {
        List<PooledDaemon> all;
        synchronized (lock) {
            closed = true;
            all = stock.idleAndLeased();
            all.forEach(daemon -> daemon.become(State.ENDING));
            lock.notifyAll();
        }
        all.forEach(daemon -> background.run(() -> endInBackground(daemon)));
        // The watch is closed last: it still detects an engine that stops answering, and then this thread does not wait
        // for it.
        awaitTheLast(System.nanoTime()
                + spec.startupTimeout().plus(PATIENCE_AT_THE_END).toNanos());
        background.close();
        if (watch != null) {
            watch.close();
        }
    }

    private void awaitTheLast(long end) {
        synchronized (lock) {
            try {
                while (stock.count() > 0) {
                    long millis = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                    if (millis <= 0) {
                        LOG.warn(
                                "Some daemons of a pool are still starting or stopping; they end when the program ends");
                        return;
                    }
                    lock.wait(millis);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void closeQuietly(NestedDocker docker) {
        try {
            docker.close();
        } catch (RuntimeException e) {
            LOG.warn("A daemon of a pool could not be closed cleanly: {}", e.getMessage());
        }
    }
}
