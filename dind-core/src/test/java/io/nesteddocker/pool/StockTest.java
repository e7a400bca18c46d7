package io.nesteddocker.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.nesteddocker.EngineInfo;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.pool.PooledDaemon.State;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Tests the choice of the outer engine for a daemon. */
class StockTest {

    private static final long NOW = 0;

    private final PoolEngine small = engine("small", 2);
    private final PoolEngine large = engine("large", 3);
    private final Stock stock = new Stock(List.of(small, large), 1);

    @Test
    void theEngineWithTheMostRoomGetsTheNextStart() {
        assertThat(forStart()).contains(large);

        stock.begin(large, true);
        stock.begin(large, true);
        assertThat(forStart()).contains(small);
    }

    @Test
    void ofEnginesWithEqualRoomTheFirstOneIsTaken() {
        stock.begin(large, true);

        assertThat(forStart()).contains(small);
    }

    @Test
    void daemonsOfOtherProgramsTakeRoomToo() {
        stock.counted(large, 2);

        assertThat(forStart()).contains(small);
    }

    @Test
    void aCountDuringAStartIsIgnored() {
        stock.begin(large, true);
        stock.counted(large, 3);

        assertThat(large.othersDaemons()).isZero();
    }

    @Test
    void anEngineThatOthersHaveFilledIsUsedIfThereIsNoOther() {
        small.wasSilent("no answer");
        stock.counted(large, 100);

        assertThat(forStart()).contains(large);
    }

    @Test
    void anEngineAtItsLimitGetsNothing() {
        large.wasSilent("no answer");
        stock.begin(small, true);
        stock.begin(small, true);

        assertThat(forStart()).isEmpty();
    }

    @Test
    void anEngineThatDoesNotAnswerGetsNothing() {
        large.wasSilent("no answer");

        assertThat(forStart()).contains(small);
    }

    @Test
    void nothingIsChosenBeforeEachEngineWasAsked() {
        Stock unknown =
                new Stock(List.of(small, PoolEngine.oneOfSeveral("new", small.spec(), EngineLimits.automatic())), 1);

        assertThat(unknown.forStart(false, Set.of(), NOW)).isEmpty();
    }

    @Test
    void anEngineOnWhichStartsFailComesLast() {
        large.startFailed(NOW);
        assertThat(forStart()).contains(small);

        small.startFailed(NOW);
        assertThat(forStart()).contains(large);
    }

    @Test
    void aStartAheadOfACallerLeavesAnEngineOutOnWhichStartsFail() {
        large.startFailed(NOW);
        small.startFailed(NOW);

        assertThat(stock.forStart(true, Set.of(), NOW)).isEmpty();
    }

    @Test
    void startsAheadOfCallersAreSpread() {
        stock.begin(large, false);
        assertThat(stock.forStart(true, Set.of(), NOW)).contains(small);

        stock.begin(small, false);
        assertThat(stock.forStart(true, Set.of(), NOW)).isEmpty();
    }

    @Test
    void anEngineThatACallerHasTriedInVainIsNotTriedAgain() {
        assertThat(stock.forStart(false, Set.of(large), NOW)).contains(small);
    }

    @Test
    void theIdleDaemonComesFromTheEngineWithTheLeastWork() {
        PooledDaemon oldest = idle(small);
        PooledDaemon other = idle(large);

        assertThat(taken(false)).contains(other);

        stock.begin(large, true);
        stock.begin(large, true);
        assertThat(taken(false)).contains(oldest);
    }

    @Test
    void onOneEngineAUsedDaemonGoesFirstAndThenTheOldest() {
        PooledDaemon oldest = idle(small);
        PooledDaemon used = idle(small);
        used.idleAgain();
        stock.becameIdle(used);

        assertThat(taken(true)).contains(used);
        assertThat(taken(false)).contains(oldest);
    }

    @Test
    void aDaemonThatEndedIsNotTaken() {
        PooledDaemon dead = idle(small);
        dead.ended();

        assertThat(taken(false)).isEmpty();
        assertThat(stock.endedOn(small)).containsExactly(dead);
    }

    @Test
    void anIdleDaemonOfAnEngineThatDoesNotAnswerIsNotTaken() {
        idle(small);
        small.wasSilent("no answer");

        assertThat(taken(false)).isEmpty();
    }

    @Test
    void anEngineThatIsGivenUpTakesItsDaemonsWithIt() {
        PooledDaemon kept = idle(small);
        PooledDaemon lost = idle(large);

        assertThat(stock.removeAllOn(large)).containsExactly(lost);
        assertThat(stock.count()).isEqualTo(1);
        assertThat(taken(false)).contains(kept);
    }

    private Optional<PoolEngine> forStart() {
        return stock.forStart(false, Set.of(), NOW);
    }

    private Optional<PooledDaemon> taken(boolean usedFirst) {
        return stock.idle(daemon -> true, usedFirst);
    }

    private PooledDaemon idle(PoolEngine engine) {
        PooledDaemon daemon = stock.begin(engine, false);
        daemon.become(State.IDLE);
        stock.becameIdle(daemon);
        return daemon;
    }

    private static PoolEngine engine(String name, int capacity) {
        PoolEngine engine = PoolEngine.oneOfSeveral(
                name, NestedDocker.builder().spec(), EngineLimits.automatic().maxDaemons(capacity));
        engine.answered(new EngineInfo.Outer("an engine", "29.0.0", 2, 8L << 30, 0));
        return engine;
    }
}
