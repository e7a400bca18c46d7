package io.nesteddocker.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Measures contenders in turn, A B C A B C, so that other load on the machine affects all of them alike.
 *
 * <p>The first rounds are a warm-up and do not count. A contender that fails in any round is left out from then on, and the reason is kept.
 */
final class Rounds {

    private static final int WARM_UP_ROUNDS = 2;

    private final Map<Contender, List<Double>> milliseconds = new LinkedHashMap<>();
    private final Map<Contender, String> failures = new LinkedHashMap<>();

    private final Ending ending;

    private Rounds(Ending ending) {
        this.ending = ending;
    }

    /** Stops the measurements when the program ends. */
    interface Ending {
        void throwIfEnding() throws InterruptedException;
    }

    static Rounds of(List<Contender> contenders, int rounds, Ending ending) throws InterruptedException {
        Rounds result = new Rounds(ending);
        contenders.forEach(contender -> result.milliseconds.put(contender, new ArrayList<>()));
        for (int round = 1; round <= WARM_UP_ROUNDS; round++) {
            Progress.say("warm-up round " + round + " of " + WARM_UP_ROUNDS);
            result.round(contenders, false);
        }
        for (int round = 1; round <= rounds; round++) {
            Progress.say("round " + round + " of " + rounds);
            result.round(contenders, true);
        }
        return result;
    }

    private void round(List<Contender> contenders, boolean counts) throws InterruptedException {
        for (Contender contender : contenders) {
            if (failures.containsKey(contender)) {
                continue;
            }
            ending.throwIfEnding();
            Pause.betweenContenders();
            try {
                double taken = measure(contender);
                if (counts) {
                    samples(contender).add(taken);
                }
            } catch (Exception e) {
                ending.throwIfEnding();
                failures.put(contender, Formats.reason(e));
                Progress.say(contender.name() + " failed and is left out from now on: " + Formats.reason(e));
            }
        }
    }

    private static double measure(Contender contender) throws Exception {
        long begin = System.nanoTime();
        AutoCloseable running = contender.start();
        long taken = System.nanoTime() - begin;
        running.close();
        return taken / (double) TimeUnit.MILLISECONDS.toNanos(1);
    }

    /** Returns whether a contender was measured in each round. */
    boolean has(Contender contender) {
        return failure(contender).isEmpty() && !samples(contender).isEmpty();
    }

    /** Returns the first given contender that was not measured in each round, with the reason, or an empty string if there is none. */
    String missing(Contender... contenders) {
        return Arrays.stream(contenders)
                .filter(contender -> !has(contender))
                .findFirst()
                .map(contender -> "\"" + contender.name() + "\" failed: " + failure(contender))
                .orElse("");
    }

    /** Returns the measurements of a contender, in milliseconds. */
    Samples of(Contender contender) {
        return new Samples(samples(contender));
    }

    /** Returns why a contender was left out, or an empty string if it was not. */
    String failure(Contender contender) {
        return failures.getOrDefault(contender, "");
    }

    private List<Double> samples(Contender contender) {
        return milliseconds.getOrDefault(contender, List.of());
    }
}
