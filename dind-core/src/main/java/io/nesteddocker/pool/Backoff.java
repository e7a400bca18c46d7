package io.nesteddocker.pool;

import java.time.Duration;

/** Pauses between attempts that fail: each is twice as long as the one before, up to a limit. Not thread-safe. */
final class Backoff {

    private final Duration first;
    private final Duration longest;
    private Duration next;

    Backoff(Duration first, Duration longest) {
        this.first = first;
        this.longest = longest;
        next = first;
    }

    /** The pause after one more failure. */
    Duration afterFailure() {
        Duration pause = next;
        Duration doubled = next.multipliedBy(2);
        next = doubled.compareTo(longest) > 0 ? longest : doubled;
        return pause;
    }

    /** An attempt succeeded, so the next failure is the first one again. */
    void reset() {
        next = first;
    }
}
