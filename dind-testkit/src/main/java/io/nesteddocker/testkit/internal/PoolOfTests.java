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
 * @param secrets masks the secrets in reports on daemons of the pool
 */
@SuppressWarnings("deprecation")
record PoolOfTests(NestedDockerPool pool, Secrets secrets) implements Store.CloseableResource, AutoCloseable {

    /** Creates a pool that keeps one daemon ready, or several if tests run at the same time. */
    static PoolOfTests of(NestedDockerSpec spec, ExecutionMode mode, String place) {
        try {
            int warm = mode == ExecutionMode.CONCURRENT
                    ? Math.max(1, Runtime.getRuntime().availableProcessors() / 2)
                    : 1;
            return new PoolOfTests(NestedDockerPool.builder(spec).warm(warm).build(), Secrets.of(spec));
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
