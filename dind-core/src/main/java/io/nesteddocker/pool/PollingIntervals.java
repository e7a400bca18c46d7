package io.nesteddocker.pool;

import java.time.Duration;

/**
 * The intervals at which a pool asks its outer engines whether they answer.
 *
 * @param interval the pause between two requests to an engine that answers
 * @param patience the time limit for an answer
 * @param firstPause the pause after the first request without an answer
 * @param longestPause the longest pause after further requests without an answer
 */
record PollingIntervals(Duration interval, Duration patience, Duration firstPause, Duration longestPause) {

    /** The default: short enough that a caller does not wait long, and long enough that it puts no load on engines. */
    static final PollingIntervals USUAL = new PollingIntervals(
            Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofSeconds(1), Duration.ofMinutes(1));

    /** Returns the pauses between requests to an engine that does not answer. */
    Backoff pauses() {
        return new Backoff(firstPause, longestPause);
    }
}
