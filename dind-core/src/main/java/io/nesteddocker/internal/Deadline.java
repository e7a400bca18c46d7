package io.nesteddocker.internal;

import java.time.Duration;

/** A moment by which something has to be done. Immutable and thread-safe. */
public final class Deadline {

    /** Longer than any program runs; {@link System#nanoTime()} can count this far ahead. */
    public static final Duration FOREVER = Duration.ofDays(36_500);

    private final long nanoTime;

    private Deadline(long nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Returns the deadline that is {@code duration} from now. */
    public static Deadline in(Duration duration) {
        Duration positive = duration.isNegative() ? Duration.ZERO : duration;
        Duration counted = positive.compareTo(FOREVER) < 0 ? positive : FOREVER;
        return new Deadline(System.nanoTime() + counted.toNanos());
    }

    /** Returns whether the deadline has passed. */
    public boolean hasPassed() {
        return remainingMillis() <= 0;
    }

    /** Returns the time that is left in milliseconds, 0 or less if there is none. */
    public long remainingMillis() {
        return (nanoTime - System.nanoTime()) / 1_000_000;
    }

    /** Sleeps for {@code pause}, or until the deadline if that is sooner. */
    public void pause(Duration pause) throws InterruptedException {
        long nanos = Math.min(pause.toNanos(), nanoTime - System.nanoTime());
        if (nanos > 0) {
            Thread.sleep(nanos / 1_000_000, (int) (nanos % 1_000_000));
        }
    }
}
