package io.nesteddocker.pool;

import io.nesteddocker.NestedDocker;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The use of a daemon of a {@link NestedDockerPool}, until it is closed. Thread-safe.
 *
 * <p>Closing returns at once; the pool resets the daemon behind it, or closes it and starts another.
 */
public final class Lease implements AutoCloseable {

    private final NestedDockerPool pool;
    private final PooledDaemon daemon;
    private final boolean reusable;
    private final AtomicBoolean over = new AtomicBoolean();

    Lease(NestedDockerPool pool, PooledDaemon daemon, boolean reusable) {
        this.pool = pool;
        this.daemon = daemon;
        this.reusable = reusable;
    }

    /**
     * The daemon. Don't close it, and don't use it when the lease is over.
     *
     * @return a running daemon that is as it was after its start
     * @throws IllegalStateException if the lease is over
     */
    public NestedDocker docker() {
        if (over.get()) {
            throw new IllegalStateException("Tried to use the daemon "
                    + daemon.docker().name() + " of a pool but its lease is over; take another lease.");
        }
        return daemon.docker();
    }

    /** Gives the daemon back. Closing again does nothing. */
    @Override
    public void close() {
        if (over.compareAndSet(false, true)) {
            pool.takeBack(daemon, reusable);
        }
    }
}
