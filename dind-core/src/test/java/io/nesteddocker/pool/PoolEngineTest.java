package io.nesteddocker.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.nesteddocker.EngineInfo;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.pool.PoolEngine.Condition;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Tests what a pool concludes from the answers of an outer engine, and from missing answers. */
class PoolEngineTest {

    private static final EngineInfo.Outer ANSWER = new EngineInfo.Outer("one", "29.0.0", 2, 8L << 30, 0);
    private static final long NOW = Long.MAX_VALUE - 5;

    private final PoolEngine engine = PoolEngine.oneOfSeveral(
            "one", NestedDocker.builder().spec(), EngineLimits.automatic().maxDaemons(4));

    @Test
    void oneSilenceLeavesAnEngineOutAndTheSecondGivesItUp() {
        engine.answered(ANSWER);

        assertThat(engine.wasSilent("no answer")).isFalse();
        assertThat(engine.condition()).isEqualTo(Condition.DOUBTFUL);
        assertThat(engine.wasSilent("no answer")).isTrue();
        assertThat(engine.condition()).isEqualTo(Condition.LOST);
    }

    @Test
    void anEngineIsGivenUpOnlyOnce() {
        engine.wasSilent("no answer");

        assertThat(engine.wasSilent("still none")).isFalse();
        assertThat(engine.trouble()).isEqualTo("still none");
    }

    @Test
    void anEngineThatNeverAnsweredHasNothingToWaitFor() {
        assertThat(engine.wasSilent("no answer")).isTrue();
    }

    @Test
    void anAnswerMakesAnEngineUsableAgain() {
        engine.wasSilent("no answer");
        engine.answered(ANSWER);

        assertThat(engine.answers()).isTrue();
        assertThat(engine.trouble()).isEmpty();
    }

    @Test
    void silencesThatAreNotInARowDoNotAddUp() {
        engine.answered(ANSWER);
        engine.wasSilent("no answer");
        engine.answered(ANSWER);

        assertThat(engine.wasSilent("no answer")).isFalse();
    }

    @Test
    void daemonsOfOthersAreThoseThatTheEngineHasBesidesOurs() {
        engine.counted(5, 3);
        assertThat(engine.othersDaemons()).isEqualTo(2);

        // One of the pool's own daemons may have ended while the engine answered.
        engine.counted(2, 3);
        assertThat(engine.othersDaemons()).isZero();
    }

    @Test
    void afterAFailedStartTheNextOneWaitsForAPauseThatGrows() {
        engine.startFailed(NOW);
        assertThat(engine.worthAStart(NOW + seconds(1))).isFalse();
        assertThat(engine.worthAStart(NOW + seconds(2))).isTrue();

        engine.startFailed(NOW);
        assertThat(engine.worthAStart(NOW + seconds(3))).isFalse();
        assertThat(engine.worthAStart(NOW + seconds(4))).isTrue();
    }

    @Test
    void aStartThatSucceedsEndsThePause() {
        engine.startFailed(NOW);
        engine.startSucceeded();

        assertThat(engine.worthAStart(NOW)).isTrue();
    }

    @Test
    void theOnlyEngineIsNotTriedAgainAheadOfACaller() {
        PoolEngine only = PoolEngine.only(NestedDocker.builder().spec());
        only.startFailed(NOW);

        assertThat(only.worthAStart(NOW + Duration.ofDays(365).toNanos())).isFalse();
    }

    private static long seconds(int count) {
        return Duration.ofSeconds(count).toNanos();
    }
}
