package io.nesteddocker.pool;

import io.nesteddocker.NestedDocker;

/**
 * A daemon of a pool.
 *
 * @param docker the running daemon
 * @param used whether somebody had it before
 */
record PooledDaemon(NestedDocker docker, boolean used) {

    /** The same daemon, after it was used and reset. */
    PooledDaemon afterReset() {
        return new PooledDaemon(docker, true);
    }
}
