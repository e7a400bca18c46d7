package io.nesteddocker.benchmarks;

import java.time.Duration;

/** Sleeps; no other class does. */
final class Pause {

    private static final Duration BETWEEN_QUESTIONS = Duration.ofMillis(5);
    private static final Duration TO_CALM_DOWN = Duration.ofMillis(300);
    private static final Duration TO_IDLE = Duration.ofSeconds(3);

    private Pause() {}

    static void beforeAskingAgain() throws InterruptedException {
        Thread.sleep(BETWEEN_QUESTIONS.toMillis());
    }

    /** Waits, so that the end of one contender does not slow down the start of the next. */
    static void betweenContenders() throws InterruptedException {
        Thread.sleep(TO_CALM_DOWN.toMillis());
    }

    /** Waits, so that a daemon returns the memory that only its start needed. */
    static void untilIdle() throws InterruptedException {
        Thread.sleep(TO_IDLE.toMillis());
    }
}
