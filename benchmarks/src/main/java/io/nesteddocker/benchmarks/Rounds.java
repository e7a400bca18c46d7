package io.nesteddocker.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Measures contenders in turn, A B C A B C, so that whatever else the machine does hits all alike.
 *
 * <p>Each is started in warm-up rounds first, which are not counted. One that fails then is left out and its reason kept.
 */
final class Rounds {

    private static final int WARM_UP_ROUNDS = 2;

    private final Map<Contender, List<Double>> milliseconds = new LinkedHashMap<>();
    private final Map<Contender, String> failures = new LinkedHashMap<>();

    private final Ending ending;

    private Rounds(Ending ending) {
        this.ending = ending;
    }

    /** Ends the measuring when the program ends. */
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
                failures.put(contender, Words.reason(e));
                Progress.say(contender.name() + " failed and is left out from now on: " + Words.reason(e));
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

    /** Whether it was measured in each round. */
    boolean has(Contender contender) {
        return failure(contender).isEmpty() && !samples(contender).isEmpty();
    }

    /** The first of the given contenders that was not measured in each round, with its reason; the empty string if all were. */
    String missing(Contender... contenders) {
        return Arrays.stream(contenders)
                .filter(contender -> !has(contender))
                .findFirst()
                .map(contender -> "\"" + contender.name() + "\" failed: " + failure(contender))
                .orElse("");
    }

    /** The measurements in milliseconds. */
    Samples of(Contender contender) {
        return new Samples(samples(contender));
    }

    /** Why a contender was left out, or the empty string. */
    String failure(Contender contender) {
        return failures.getOrDefault(contender, "");
    }

    private List<Double> samples(Contender contender) {
        return milliseconds.getOrDefault(contender, List.of());
    }
}
