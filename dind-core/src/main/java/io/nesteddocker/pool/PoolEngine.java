package io.nesteddocker.pool;

import io.nesteddocker.EngineInfo;
import io.nesteddocker.NestedDockerSpec;
import java.time.Duration;

/** An outer engine of a pool, as far as the pool knows it. The caller of any method holds the pool's lock, except for the constant parts. */
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

    /** Whether an engine answers. */
    enum Condition {
        /** It was not asked yet. */
        UNKNOWN,
        /** It answered when it was last asked. */
        ANSWERS,
        /** It did not answer once, so it gets nothing new, but what it has is not given up yet. */
        DOUBTFUL,
        /** It does not answer, and what it had is given up. */
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

    /** The engine of a pool that has one only and does not ask it anything: there is no other choice. */
    static PoolEngine only(NestedDockerSpec spec) {
        return new PoolEngine(
                "the outer engine",
                spec,
                EngineLimits.automatic(),
                Condition.ANSWERS,
                Integer.MAX_VALUE,
                new Backoff(FOREVER, FOREVER));
    }

    /** One of several engines, which is asked before it is used. */
    static PoolEngine oneOfSeveral(String name, NestedDockerSpec spec, EngineLimits limits) {
        return new PoolEngine(name, spec, limits, Condition.UNKNOWN, 0, new Backoff(FIRST_PAUSE, LONGEST_PAUSE));
    }

    /** The same engine for another pool, which knows nothing of it yet. */
    PoolEngine fresh() {
        return oneOfSeveral(name, spec, limits);
    }

    /** Where it is, for messages. */
    String name() {
        return name;
    }

    /** The options of a daemon on this engine. */
    NestedDockerSpec spec() {
        return spec;
    }

    Condition condition() {
        return condition;
    }

    boolean answers() {
        return condition == Condition.ANSWERS;
    }

    /** How many daemons of the pool may be on it. */
    int capacity() {
        return capacity;
    }

    /** How many daemons of other pools and programs were on it when it was last asked. */
    int othersDaemons() {
        return othersDaemons;
    }

    /** Why it does not answer, in a few words; empty if it does. */
    String trouble() {
        return trouble;
    }

    /** It answered. */
    void answered(EngineInfo.Outer answer) {
        condition = Condition.ANSWERS;
        capacity = limits.capacity(spec, answer);
        trouble = "";
    }

    /** It told how many daemons it has; {@code own} of them are the pool's. */
    void counted(int all, int own) {
        othersDaemons = Math.max(0, all - own);
    }

    /** It did not answer; returns whether it counts as lost from now on. One silence may be chance, two in a row are not. */
    boolean wasSilent(String reason) {
        trouble = reason;
        boolean lostBefore = condition == Condition.LOST;
        condition = condition == Condition.ANSWERS ? Condition.DOUBTFUL : Condition.LOST;
        return condition == Condition.LOST && !lostBefore;
    }

    /** A start on it failed at the given time. */
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

    /** Whether nobody has to wait for a start on it that will probably fail. */
    boolean worthAStart(long nanoTime) {
        return !startsFail || nanoTime - startsAgainAt >= 0;
    }
}
