package io.nesteddocker.testkit.internal;

import io.nesteddocker.NestedDockerSpec;
import io.nesteddocker.pool.NestedDockerPool;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A pool in a store of JUnit, which closes the pool when the store is closed. Thread-safe.
 *
 * @param pool the pool
 * @param spec the options of the daemons in the pool
 */
@SuppressWarnings("deprecation")
record PoolOfTests(NestedDockerPool pool, NestedDockerSpec spec) implements Store.CloseableResource, AutoCloseable {

    /** Creates a pool that keeps one daemon ready, or several if tests run at the same time. */
    static PoolOfTests of(NestedDockerSpec spec, ExecutionMode mode, String place) {
        try {
            int warm = mode == ExecutionMode.CONCURRENT
                    ? Math.max(1, Runtime.getRuntime().availableProcessors() / 2)
                    : 1;
            return new PoolOfTests(NestedDockerPool.builder(spec).warm(warm).build(), spec);
        } catch (IllegalArgumentException e) {
            throw new ExtensionConfigurationException(
                    "Tried to give each test of " + place + " a daemon to itself but that is not possible: "
                            + e.getMessage(),
                    e);
        }
    }

    @Override
    public void close() {
        pool.close();
    }
}
