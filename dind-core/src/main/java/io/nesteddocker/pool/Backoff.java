package io.nesteddocker.pool;

import java.time.Duration;

/** The pauses between failing attempts. Each pause is twice as long as the one before, up to a limit. Not thread-safe. */
final class Backoff {

    private final Duration first;
    private final Duration longest;
    private Duration next;

    Backoff(Duration first, Duration longest) {
        this.first = first;
        this.longest = longest;
        next = first;
    }

    /** Returns the pause after another failure. */
    Duration afterFailure() {
        Duration pause = next;
        Duration doubled = next.multipliedBy(2);
        next = doubled.compareTo(longest) > 0 ? longest : doubled;
        return pause;
    }

    /** Begins with the first pause again, after an attempt has succeeded. */
    void reset() {
        next = first;
    }
}
