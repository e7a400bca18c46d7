package io.nesteddocker.pool;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The daemons of a pool that wait to be taken, oldest first. The caller of any method holds the pool's lock. */
final class IdleDaemons {

    private final ArrayDeque<PooledDaemon> waiting = new ArrayDeque<>();

    void add(PooledDaemon daemon) {
        waiting.addLast(daemon);
    }

    /** Takes the oldest daemon that fits; with {@code usedFirst}, a daemon that was used before goes before any that was not. */
    Optional<PooledDaemon> take(Predicate<PooledDaemon> wish, boolean usedFirst) {
        PooledDaemon chosen = null;
        for (PooledDaemon one : waiting) {
            if (wish.test(one) && (chosen == null || (usedFirst && one.used() && !chosen.used()))) {
                chosen = one;
            }
        }
        if (chosen == null) {
            return Optional.empty();
        }
        waiting.remove(chosen);
        return Optional.of(chosen);
    }

    PooledDaemon takeOldest() {
        return waiting.removeFirst();
    }

    List<PooledDaemon> takeAll() {
        List<PooledDaemon> all = List.copyOf(waiting);
        waiting.clear();
        return all;
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    int size() {
        return waiting.size();
    }
}
