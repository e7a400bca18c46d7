package io.nesteddocker.pool;

import java.time.Duration;

/**
 * When a pool asks its outer engines whether they are there.
 *
 * @param interval the pause between two questions to an engine that answers
 * @param patience how long an engine may take for an answer
 * @param firstPause the pause after the first question that had no answer
 * @param longestPause the longest pause after further ones
 */
record Rhythm(Duration interval, Duration patience, Duration firstPause, Duration longestPause) {

    /** Quick enough that a lessee does not wait long, and rare enough that no engine notices. */
    static final Rhythm USUAL =
            new Rhythm(Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofSeconds(1), Duration.ofMinutes(1));

    /** The pauses between questions to an engine that does not answer. */
    Backoff pauses() {
        return new Backoff(firstPause, longestPause);
    }
}
