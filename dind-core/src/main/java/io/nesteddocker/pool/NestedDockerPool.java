package io.nesteddocker.pool;

import io.nesteddocker.NestedDockerException;
import io.nesteddocker.NestedDockerSpec;
import io.nesteddocker.NoOuterEngineException;
import io.nesteddocker.internal.Given;

/**
 * Keeps daemons of one spec running before they are needed, so that {@link #lease()} takes almost no time.
 *
 * <p>{@link #lease()} takes a daemon, and closing the {@link Lease} gives it back. The pool then brings the daemon back to the state that
 * it had after its start, or replaces it if that fails. The pool starts daemons in the background until
 * {@link NestedDockerPoolBuilder#warm} of them are idle. The number of daemons that it starts at the same time on one engine is at most
 * half the number of the program's processors, but at least one. There are never more daemons than {@link NestedDockerPoolBuilder#maxSize}.
 *
 * <p>A pool can use {@linkplain NestedDockerPoolBuilder#outers(java.net.URI...) several outer engines}. A lease then comes from the engine
 * with the most room. An engine that does not answer is left out until it answers again; the daemons on it are lost, and the pool starts
 * others on the other engines.
 *
 * <p>Close the pool. When the program ends, in whatever way, all daemons of the pool end too. Thread-safe.
 */
public final class NestedDockerPool implements AutoCloseable {

    private final Supply supply;

    NestedDockerPool(NestedDockerPoolBuilder said, PollingIntervals intervals) {
        supply = new Supply(said, intervals);
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
        return new NestedDockerPoolBuilder(Given.value(spec, "the spec of a pool's daemons"));
    }

    /**
     * Takes a daemon: an idle one if there is one, otherwise a new one. If the pool may not have more daemons, the call waits until a
     * daemon comes back, for as long as a start may take.
     *
     * <p>If the pool has several outer engines and a start on one of them fails, the call tries the others.
     *
     * @return the lease of a daemon in the state that it had after its start; close it
     * @throws NoOuterEngineException if no outer engine answers
     * @throws NestedDockerException if a daemon could not be started, none came back in time, or the calling thread was interrupted
     * @throws IllegalStateException if the pool is closed
     */
    public Lease lease() {
        // A used daemon serves as well; taking it leaves unused ones for leaseFresh().
        return new Lease(supply, supply.take(daemon -> true, true), true);
    }

    /**
     * Takes a daemon that was never used before; see {@link #lease()}.
     *
     * <p>When the lease is closed, the daemon is closed too, and another takes its place.
     *
     * @return the lease of an unused daemon; close it
     * @throws NoOuterEngineException if no outer engine answers
     * @throws NestedDockerException if a daemon could not be started, none came back in time, or the calling thread was interrupted
     * @throws IllegalStateException if the pool is closed
     */
    public Lease leaseFresh() {
        return new Lease(supply, supply.take(daemon -> !daemon.used(), false), false);
    }

    /**
     * Closes all daemons, also those that are leased, and waits until they are gone. Closing again does nothing.
     *
     * <p>The call blocks for at most a minute longer than a start may take; an interrupt ends the wait, and the interrupt flag stays set.
     * If closing a daemon fails, the pool logs this; the outer engine removes such a daemon when the program ends.
     */
    @Override
    public void close() {
        supply.close();
    }
}
