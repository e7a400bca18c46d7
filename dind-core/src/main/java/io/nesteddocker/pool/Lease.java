package io.nesteddocker.pool;

import io.nesteddocker.NestedDocker;
import io.nesteddocker.NoOuterEngineException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The use of one daemon of a {@link NestedDockerPool}, until the lease is closed. Thread-safe.
 *
 * <p>Closing returns at once. The pool then resets the daemon in the background, or closes it and starts another.
 */
public final class Lease implements AutoCloseable {

    private final Supply supply;
    private final PooledDaemon daemon;
    private final boolean reusable;
    private final AtomicBoolean over = new AtomicBoolean();

    Lease(Supply supply, PooledDaemon daemon, boolean reusable) {
        this.supply = supply;
        this.daemon = daemon;
        this.reusable = reusable;
    }

    /**
     * Returns the daemon. Don't close it, and don't use it after the lease was closed.
     *
     * @return a running daemon in the state that it had after its start
     * @throws IllegalStateException if the lease was closed
     * @throws NoOuterEngineException if the pool has several outer engines, and the engine of this daemon no longer answers; the
     *     daemon is lost then
     */
    public NestedDocker docker() {
        if (over.get()) {
            throw new IllegalStateException("Tried to use the daemon "
                    + daemon.docker().name() + " of a pool but its lease is over; take another lease.");
        }
        supply.refuseLost(daemon);
        return daemon.docker();
    }

    /** Gives the daemon back to the pool. Closing again does nothing. */
    @Override
    public void close() {
        if (over.compareAndSet(false, true)) {
            supply.takeBack(daemon, reusable);
        }
    }
}
