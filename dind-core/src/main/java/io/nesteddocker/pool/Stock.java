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

/** The outer engines of a pool with their daemons, and the choice between them. The caller of any method holds the pool's lock. */
final class Stock {

    private final List<PoolEngine> engines;
    private final int mostStartsPerEngine;

    /** All daemons. Idle daemons are in the order in which they became idle. */
    private final Set<PooledDaemon> daemons = new LinkedHashSet<>();

    Stock(List<PoolEngine> engines, int mostStartsPerEngine) {
        this.engines = engines;
        this.mostStartsPerEngine = mostStartsPerEngine;
    }

    List<PoolEngine> engines() {
        return engines;
    }

    /** Returns the number of all daemons, including those that are starting or ending. */
    int count() {
        return daemons.size();
    }

    int count(State state) {
        return count(daemon -> daemon.is(state));
    }

    /** Returns the number of starts for which no particular caller waits. */
    int startingAhead() {
        return count(daemon -> daemon.is(State.STARTING) && !daemon.wanted());
    }

    int heldBy(PoolEngine engine) {
        return count(daemon -> daemon.engine() == engine);
    }

    /**
     * Records how many daemons an engine has reported. Ignores the number while a daemon starts, because it may or may not include that
     * daemon.
     */
    void counted(PoolEngine engine, int all) {
        if (count(daemon -> daemon.engine() == engine && daemon.is(State.STARTING)) == 0) {
            engine.counted(all, heldBy(engine));
        }
    }

    private int count(Predicate<PooledDaemon> wish) {
        return (int) daemons.stream().filter(wish).count();
    }

    /**
     * Returns the engine with the most room for one more daemon. Empty if there is none, or if an engine was not asked yet. Of engines with
     * equal room, the first one is chosen; engines on which starts fail come last.
     *
     * @param ahead whether no caller waits for the daemon, so that an engine with failing starts or too many current ones is left out
     * @param excluded engines that must not be chosen
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

    /** Returns the rest of an engine's capacity. Daemons of other programs count, so the result may be negative. */
    private long room(PoolEngine engine) {
        return (long) engine.capacity() - heldBy(engine) - engine.othersDaemons();
    }

    /** Returns the rest of an engine's capacity if idle daemons do not count, because they have no work. */
    private long roomForWork(PoolEngine engine) {
        return room(engine) + count(daemon -> daemon.engine() == engine && daemon.is(State.IDLE));
    }

    /** Adds a daemon that will be started. */
    PooledDaemon begin(PoolEngine engine, boolean wanted) {
        PooledDaemon daemon = new PooledDaemon(engine, wanted);
        daemons.add(daemon);
        return daemon;
    }

    /** Moves a newly idle daemon behind the others. */
    void becameIdle(PooledDaemon daemon) {
        daemons.remove(daemon);
        daemons.add(daemon);
    }

    void remove(PooledDaemon daemon) {
        daemons.remove(daemon);
        daemon.become(State.GONE);
    }

    /**
     * Returns the idle daemon to take: from the engine with the most room for work; if {@code usedFirst}, preferably one that was used
     * before; and of these, the oldest.
     */
    Optional<PooledDaemon> idle(Predicate<PooledDaemon> wish, boolean usedFirst) {
        return daemons.stream()
                .filter(daemon -> isReady(daemon) && wish.test(daemon))
                .min(Comparator.comparingLong((PooledDaemon daemon) -> -roomForWork(daemon.engine()))
                        .thenComparing(daemon -> usedFirst && !daemon.used()));
    }

    /** Returns the oldest idle daemon on an engine that is not excluded. */
    Optional<PooledDaemon> oldestIdle(Set<PoolEngine> excluded) {
        return daemons.stream()
                .filter(daemon -> isReady(daemon) && !excluded.contains(daemon.engine()))
                .findFirst();
    }

    private static boolean isReady(PooledDaemon daemon) {
        return daemon.is(State.IDLE) && !daemon.hasEnded() && daemon.engine().answers();
    }

    /** Returns the idle daemons of an engine that have ended by themselves. */
    List<PooledDaemon> endedOn(PoolEngine engine) {
        return daemons.stream()
                .filter(daemon -> daemon.engine() == engine && daemon.is(State.IDLE) && daemon.hasEnded())
                .toList();
    }

    /** Returns all daemons that are idle or leased. */
    List<PooledDaemon> idleAndLeased() {
        return daemons.stream()
                .filter(daemon -> daemon.is(State.IDLE) || daemon.is(State.LEASED))
                .toList();
    }

    /** Removes all daemons of a lost engine, and returns them. */
    List<PooledDaemon> removeAllOn(PoolEngine engine) {
        List<PooledDaemon> lost = new ArrayList<>(
                daemons.stream().filter(daemon -> daemon.engine() == engine).toList());
        daemons.removeAll(lost);
        return lost;
    }
}
