package io.nesteddocker.testing;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Waits in tests, which sleep nowhere else. */
public final class Eventually {

    private static final long SHORTEST_PAUSE_MILLIS = 10;

    private static final long LONGEST_PAUSE_MILLIS = 150;

    /**
     * Within the limits above, each pause is this fraction of the time that has passed, or as long as the last check if that is longer,
     * because many checks run commands on the engine that all tests of a run share.
     */
    private static final int PART_OF_WAIT = 20;

    private static final int EQUAL_READINGS = 11;

    private static final long PAUSE_BETWEEN_READINGS_MILLIS = 100;

    private Eventually() {}

    /** Returns the first value that satisfies the predicate, or the last value if there is none within {@code patience}. */
    public static <T> T value(Duration patience, Supplier<T> source, Predicate<T> wish) {
        long start = System.nanoTime();
        while (true) {
            long asked = System.nanoTime();
            T value = source.get();
            long answered = System.nanoTime();
            long passed = answered - start;
            if (wish.test(value) || passed > patience.toNanos()) {
                return value;
            }
            long pause = Math.max(passed / PART_OF_WAIT, answered - asked) / 1_000_000;
            sleep(Math.max(SHORTEST_PAUSE_MILLIS, Math.min(pause, LONGEST_PAUSE_MILLIS)));
        }
    }

    /** Returns whether {@code condition} becomes true within {@code patience}. */
    public static boolean holds(Duration patience, BooleanSupplier condition) {
        return value(patience, condition::getAsBoolean, held -> held);
    }

    /** Waits for a condition that the rest of a test depends on, and fails if it does not become true within {@code patience}. */
    public static void await(Duration patience, String what, BooleanSupplier condition) {
        if (!holds(patience, condition)) {
            throw new AssertionError("After " + patience.toSeconds() + " s this was still not true: " + what);
        }
    }

    /**
     * Waits until a number has not changed for a second, at {@value #EQUAL_READINGS} readings, and returns it.
     *
     * <p>For states that only the kernel knows, for example that a writer waits because a pipe is full. A busy machine may delay the writer
     * for longer than that, so a test must also pass if the number grows afterwards.
     */
    public static long settled(Duration patience, String what, LongSupplier number) {
        long start = System.nanoTime();
        long last = number.getAsLong();
        for (int equal = 1; equal < EQUAL_READINGS; ) {
            if (System.nanoTime() - start > patience.toNanos()) {
                throw new AssertionError("After " + patience.toSeconds() + " s this still changed: " + what);
            }
            sleep(PAUSE_BETWEEN_READINGS_MILLIS);
            long now = number.getAsLong();
            equal = now == last ? equal + 1 : 1;
            last = now;
        }
        return last;
    }

    /** Sleeps, for tests that act at a random moment. */
    public static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The test was interrupted.", e);
        }
    }
}
