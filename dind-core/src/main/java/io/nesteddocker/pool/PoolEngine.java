package io.nesteddocker.pool;

import io.nesteddocker.EngineInfo;
import io.nesteddocker.NestedDockerSpec;
import java.time.Duration;

/**
 * A pool's knowledge of one of its outer engines. The caller of any method holds the pool's lock, except for {@link #name()} and {@link
 * #spec()}.
 */
final class PoolEngine {

    private static final Duration FOREVER = Duration.ofDays(10_000);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(2);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(2);

    private final String name;
    private final NestedDockerSpec spec;
    private final EngineLimits limits;
    private final Backoff startPauses;

    private Condition condition;
    private int capacity;
    private int othersDaemons;
    private String trouble = "";
    private boolean startsFail;
    private long startsAgainAt;

    /** The condition of an engine, according to its latest answers. */
    enum Condition {
        /** The engine was not asked yet. */
        UNKNOWN,
        /** The engine answered when it was last asked. */
        ANSWERS,
        /** The engine did not answer once. It gets no new daemons, but its daemons are not given up yet. */
        DOUBTFUL,
        /** The engine does not answer, and its daemons are given up. */
        LOST
    }

    private PoolEngine(
            String name,
            NestedDockerSpec spec,
            EngineLimits limits,
            Condition condition,
            int capacity,
            Backoff pauses) {
        this.name = name;
        this.spec = spec;
        this.limits = limits;
        this.condition = condition;
        this.capacity = capacity;
        startPauses = pauses;
    }

    /** Creates the only engine of a pool. Such an engine is not asked, because there is no other choice. */
    static PoolEngine only(NestedDockerSpec spec) {
        return new PoolEngine(
                "the outer engine",
                spec,
                EngineLimits.automatic(),
                Condition.ANSWERS,
                Integer.MAX_VALUE,
                new Backoff(FOREVER, FOREVER));
    }

    /** Creates one of several engines, which is asked before it is used. */
    static PoolEngine oneOfSeveral(String name, NestedDockerSpec spec, EngineLimits limits) {
        return new PoolEngine(name, spec, limits, Condition.UNKNOWN, 0, new Backoff(FIRST_PAUSE, LONGEST_PAUSE));
    }

    /** Creates the same engine for another pool, without the state. */
    PoolEngine fresh() {
        return oneOfSeveral(name, spec, limits);
    }

    /** Returns the engine's name for messages. */
    String name() {
        return name;
    }

    /** Returns the options of a daemon on this engine. */
    NestedDockerSpec spec() {
        return spec;
    }

    Condition condition() {
        return condition;
    }

    boolean answers() {
        return condition == Condition.ANSWERS;
    }

    /** Returns how many daemons of the pool may be on the engine. */
    int capacity() {
        return capacity;
    }

    /** Returns how many daemons of other pools and programs were on the engine when it was last asked. */
    int othersDaemons() {
        return othersDaemons;
    }

    /** Returns a short reason why the engine does not answer; empty if it answers. */
    String trouble() {
        return trouble;
    }

    /** Records that the engine has answered. */
    void answered(EngineInfo.Outer answer) {
        condition = Condition.ANSWERS;
        capacity = limits.capacity(spec, answer);
        trouble = "";
    }

    /** Records how many daemons are on the engine; {@code own} of them are the pool's. */
    void counted(int all, int own) {
        othersDaemons = Math.max(0, all - own);
    }

    /**
     * Records that the engine has not answered, and returns whether it is newly lost. One silence may be chance, so the second one counts.
     */
    boolean wasSilent(String reason) {
        trouble = reason;
        boolean lostBefore = condition == Condition.LOST;
        condition = condition == Condition.ANSWERS ? Condition.DOUBTFUL : Condition.LOST;
        return condition == Condition.LOST && !lostBefore;
    }

    /** Records that a start on the engine failed at this time. */
    void startFailed(long nanoTime) {
        startsFail = true;
        startsAgainAt = nanoTime + startPauses.afterFailure().toNanos();
    }

    void startSucceeded() {
        startsFail = false;
        startPauses.reset();
    }

    boolean startsFail() {
        return startsFail;
    }

    /** Returns whether a start on the engine may succeed, so that it is worth trying. */
    boolean worthAStart(long nanoTime) {
        return !startsFail || nanoTime - startsAgainAt >= 0;
    }
}
