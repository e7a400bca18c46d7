package io.nesteddocker.pool;

import io.nesteddocker.NestedDocker;

/**
 * A daemon of a pool.
 *
 * @param docker the running daemon
 * @param used whether the daemon was leased before
 */
record PooledDaemon(NestedDocker docker, boolean used) {

    /** Returns the same daemon, as one that was used and reset. */
    PooledDaemon afterReset() {
        return new PooledDaemon(docker, true);
    }
}
