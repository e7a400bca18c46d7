package io.nesteddocker.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Opens and closes many connections at the same time at random, for a while. */
public final class Storm {

    /** The duration. The default finds most errors; a property can set a longer one. */
    private static final Duration LENGTH = Duration.ofSeconds(Integer.getInteger("nested-docker.storm.seconds", 4));

    /** Longer than {@link Sockets#connect} waits for a local port. */
    private static final Duration PATIENCE = Duration.ofSeconds(150);

    private static final int AT_ONCE = 200;

    private final Round round;
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final AtomicInteger whole = new AtomicInteger();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final CyclicBarrier allOpen;

    private Storm(Round round, int atOnce) {
        this.round = round;
        allOpen = new CyclicBarrier(atOnce);
    }

    /** The work with one connection. */
    @FunctionalInterface
    public interface Round {

        /**
         * Opens a connection, calls {@code opened}, uses the connection and closes it. Throws an exception if a byte is lost or wrong.
         *
         * @param opened on its first call, waits until all connections are open
         */
        void play(Random random, Runnable opened) throws Exception;
    }

    /** Plays rounds on two hundred connections at the same time, fails if a round fails, and returns the number of rounds. */
    public static int rage(Round round) throws InterruptedException {
        return rage(round, AT_ONCE, LENGTH);
    }

    /** Plays rounds on fewer connections or for a shorter time, for example to create what is created only once. */
    public static int rage(Round round, int atOnce, Duration length) throws InterruptedException {
        Storm storm = new Storm(round, atOnce);
        long end = System.nanoTime() + length.toNanos();
        CountDownLatch over = new CountDownLatch(atOnce);
        for (int i = 0; i < atOnce; i++) {
            Random random = new Random(i);
            Thread thread = new Thread(
                    () -> {
                        storm.play(random, end);
                        over.countDown();
                    },
                    "storm " + i);
            thread.setDaemon(true);
            thread.start();
        }
        boolean ended = over.await(length.plus(PATIENCE).toSeconds(), TimeUnit.SECONDS);
        System.out.printf(
                "%d connections in %d s, %d at once, %d failed%n",
                storm.whole.get(), length.toSeconds(), storm.most.get(), storm.failures.size());
        assertThat(storm.failures).isEmpty();
        assertThat(ended).as("all connections end").isTrue();
        assertThat(storm.most.get()).isEqualTo(atOnce);
        return storm.whole.get();
    }

    private void play(Random random, long end) {
        boolean[] first = {true};
        try {
            do {
                try {
                    round.play(random, () -> {
                        most.accumulateAndGet(open.incrementAndGet(), Math::max);
                        if (first[0]) {
                            first[0] = false;
                            awaitAll();
                        }
                    });
                } finally {
                    open.decrementAndGet();
                }
                whole.incrementAndGet();
            } while (System.nanoTime() < end && failures.isEmpty());
        } catch (Throwable e) {
            failures.add(e);
            allOpen.reset();
        }
    }

    private void awaitAll() {
        try {
            allOpen.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException("Not all connections were open at once.", e);
        }
    }
}
