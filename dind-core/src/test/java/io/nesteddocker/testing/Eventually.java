package io.nesteddocker.testing;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Waits in tests, which sleep nowhere else. */
public final class Eventually {

    private static final long SHORTEST_PAUSE_MILLIS = 10;

    /** Many checks ask the outer engine, which all tests of a run share. */
    private static final long LONGEST_PAUSE_MILLIS = 50;

    /** The pause grows with the time that has passed, to this part of it. */
    private static final int PART_OF_WAIT = 20;

    private Eventually() {}

    /** Returns the first value that satisfies the predicate, or the last value if there is none within {@code patience}. */
    public static <T> T value(Duration patience, Supplier<T> source, Predicate<T> wish) {
        long start = System.nanoTime();
        while (true) {
            T value = source.get();
            long passed = System.nanoTime() - start;
            if (wish.test(value) || passed > patience.toNanos()) {
                return value;
            }
            long part = passed / 1_000_000 / PART_OF_WAIT;
            sleep(Math.max(SHORTEST_PAUSE_MILLIS, Math.min(part, LONGEST_PAUSE_MILLIS)));
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
