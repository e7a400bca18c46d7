package io.nesteddocker.benchmarks;

import java.time.Duration;

/** The one place that sleeps. */
final class Pause {

    private static final Duration BETWEEN_QUESTIONS = Duration.ofMillis(5);
    private static final Duration TO_CALM_DOWN = Duration.ofMillis(300);
    private static final Duration TO_IDLE = Duration.ofSeconds(3);

    private Pause() {}

    static void beforeAskingAgain() throws InterruptedException {
        Thread.sleep(BETWEEN_QUESTIONS.toMillis());
    }

    /** So that the end of one contender does not slow the start of the next. */
    static void betweenContenders() throws InterruptedException {
        Thread.sleep(TO_CALM_DOWN.toMillis());
    }

    /** So that what a start needed for a moment is given back. */
    static void untilIdle() throws InterruptedException {
        Thread.sleep(TO_IDLE.toMillis());
    }
}
