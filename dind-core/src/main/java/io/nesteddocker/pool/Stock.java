package io.nesteddocker.pool;

import io.nesteddocker.pool.PoolEngine.Condition;
import io.nesteddocker.pool.PooledDaemon.State;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** The outer engines of a pool and the daemons on them, and the choice between them. The caller of any method holds the pool's lock. */
final class Stock {

    private final List<PoolEngine> engines;
    private final int mostStartsPerEngine;

    /** In the order in which they came to their present state, as far as idle ones are concerned. */
    private final Set<PooledDaemon> daemons = new LinkedHashSet<>();

    Stock(List<PoolEngine> engines, int mostStartsPerEngine) {
        this.engines = engines;
        this.mostStartsPerEngine = mostStartsPerEngine;
    }

    List<PoolEngine> engines() {
        return engines;
    }

    /** How many daemons there are, those included that start or end. */
    int count() {
        return daemons.size();
    }

    int count(State state) {
        return count(daemon -> daemon.is(state));
    }

    /** How many start without a caller who waits for one of them in particular. */
    int startingAhead() {
        return count(daemon -> daemon.is(State.STARTING) && !daemon.wanted());
    }

    int heldBy(PoolEngine engine) {
        return count(daemon -> daemon.engine() == engine);
    }

    /** An engine told how many daemons it has. Whether that includes one that starts just now is not known, so nothing is learned then. */
    void counted(PoolEngine engine, int all) {
        if (count(daemon -> daemon.engine() == engine && daemon.is(State.STARTING)) == 0) {
            engine.counted(all, heldBy(engine));
        }
    }

    private int count(Predicate<PooledDaemon> wish) {
        return (int) daemons.stream().filter(wish).count();
    }

    /**
     * The engine with the most room for one more daemon; empty if there is none, or if an engine was not asked yet. Between engines with equal room, the first one of the list
     * is chosen; engines on which starts fail come last.
     *
     * @param ahead whether nobody waits for the daemon, so that an engine on which starts fail or are under way is left alone
     * @param excluded engines that are out of the question
     */
    Optional<PoolEngine> forStart(boolean ahead, Set<PoolEngine> excluded, long nanoTime) {
        if (engines.stream().anyMatch(engine -> engine.condition() == Condition.UNKNOWN)) {
            return Optional.empty();
        }
        return engines.stream()
                .filter(engine -> engine.answers() && !excluded.contains(engine) && heldBy(engine) < engine.capacity())
                .filter(engine ->
                        !ahead || (engine.worthAStart(nanoTime) && startingAheadOn(engine) < mostStartsPerEngine))
                .min(Comparator.comparing(PoolEngine::startsFail)
                        .thenComparing(Comparator.comparingLong(this::room).reversed()));
    }

    private int startingAheadOn(PoolEngine engine) {
        return count(daemon -> daemon.engine() == engine && daemon.is(State.STARTING) && !daemon.wanted());
    }

    /** What is left of an engine's capacity; daemons of others count too, so it can be less than nothing. */
    private long room(PoolEngine engine) {
        return (long) engine.capacity() - heldBy(engine) - engine.othersDaemons();
    }

    /** The same with idle daemons counted as room, since they have no work. */
    private long roomForWork(PoolEngine engine) {
        return room(engine) + count(daemon -> daemon.engine() == engine && daemon.is(State.IDLE));
    }

    /** Adds a daemon that is to be started. */
    PooledDaemon begin(PoolEngine engine, boolean wanted) {
        PooledDaemon daemon = new PooledDaemon(engine, wanted);
        daemons.add(daemon);
        return daemon;
    }

    /** Puts a daemon that is idle now behind the others. */
    void becameIdle(PooledDaemon daemon) {
        daemons.remove(daemon);
        daemons.add(daemon);
    }

    void remove(PooledDaemon daemon) {
        daemons.remove(daemon);
        daemon.become(State.GONE);
    }

    /**
     * The idle daemon to take: from the engine with the most room for work, with {@code usedFirst} one that was used before if there is
     * one, and then the oldest.
     */
    Optional<PooledDaemon> idle(Predicate<PooledDaemon> wish, boolean usedFirst) {
        return daemons.stream()
                .filter(daemon -> isReady(daemon) && wish.test(daemon))
                .min(Comparator.comparingLong((PooledDaemon daemon) -> -roomForWork(daemon.engine()))
                        .thenComparing(daemon -> usedFirst && !daemon.used()));
    }

    /** The oldest idle daemon on an engine that is not excluded. */
    Optional<PooledDaemon> oldestIdle(Set<PoolEngine> excluded) {
        return daemons.stream()
                .filter(daemon -> isReady(daemon) && !excluded.contains(daemon.engine()))
                .findFirst();
    }

    private static boolean isReady(PooledDaemon daemon) {
        return daemon.is(State.IDLE) && !daemon.hasEnded() && daemon.engine().answers();
    }

    /** The idle daemons of an engine that ended by themselves. */
    List<PooledDaemon> endedOn(PoolEngine engine) {
        return daemons.stream()
                .filter(daemon -> daemon.engine() == engine && daemon.is(State.IDLE) && daemon.hasEnded())
                .toList();
    }

    /** All that run and have no work of the pool's own. */
    List<PooledDaemon> idleAndLeased() {
        return daemons.stream()
                .filter(daemon -> daemon.is(State.IDLE) || daemon.is(State.LEASED))
                .toList();
    }

    /** Forgets all daemons of an engine that is lost. */
    List<PooledDaemon> removeAllOn(PoolEngine engine) {
        List<PooledDaemon> lost = new ArrayList<>(
                daemons.stream().filter(daemon -> daemon.engine() == engine).toList());
        daemons.removeAll(lost);
        return lost;
    }
}
