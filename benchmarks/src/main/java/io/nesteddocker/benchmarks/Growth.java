package io.nesteddocker.benchmarks;

import io.nesteddocker.NestedDocker;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;

/** Measures time and memory for several numbers of daemons that are started together. */
final class Growth {

    private static final List<Integer> SIZES = List.of(1, 4, 16, 32);

    /** An upper bound of the memory of one idle daemon, so that the outer host does not swap. */
    private static final long BYTES_NEEDED_EACH = 250_000_000L;

    /** Explains the columns of the table. */
    static final String LEGEND =
            "memory: of the daemon container, as docker stats counts it; RSS: resident memory of dockerd and containerd";

    private final NestedContender ours;
    private final RunResources run;
    private final long outerMemory;
    private final Map<Integer, List<Double>> milliseconds = new LinkedHashMap<>();
    private final Map<Integer, List<MemoryUse>> memory = new LinkedHashMap<>();
    private final Map<Integer, String> failures = new LinkedHashMap<>();

    Growth(NestedContender ours, RunResources run, long outerMemory) {
        this.ours = ours;
        this.run = run;
        this.outerMemory = outerMemory;
    }

    /** Measures all sizes in turn, and the memory in the last round only. */
    void measure(int rounds) throws InterruptedException, IOException {
        for (int round = 1; round <= rounds; round++) {
            for (int size : SIZES) {
                if (failures.containsKey(size)) {
                    continue;
                }
                Progress.say("growth round " + round + " of " + rounds + ": " + size + " at once");
                run.throwIfEnding();
                Pause.betweenContenders();
                measure(size, round == rounds);
            }
        }
    }

    private void measure(int size, boolean memoryToo) throws InterruptedException, IOException {
        if (size * BYTES_NEEDED_EACH > outerMemory) {
            failures.put(size, "left out: the outer host has " + Formats.megabytes(outerMemory) + " of memory");
            return;
        }
        try (DaemonGroup group = new DaemonGroup(size)) {
            long begin = System.nanoTime();
            group.startAll(ours);
            double taken = (System.nanoTime() - begin) / (double) TimeUnit.MILLISECONDS.toNanos(1);
            milliseconds.computeIfAbsent(size, any -> new ArrayList<>()).add(taken);
            if (memoryToo) {
                Pause.untilIdle();
                memory.put(size, group.each(this::memoryOf));
            }
        } catch (DaemonGroup.FailedException e) {
            run.throwIfEnding();
            failures.put(size, "failed: " + Formats.reason(e));
        }
    }

    private MemoryUse memoryOf(NestedDocker nested) throws InterruptedException, IOException {
        return MemoryUse.of(nested, run.outer());
    }

    /** Returns the memory of a daemon that runs alone, or an empty list if that was not measured. */
    List<MemoryUse> memoryOfOne() {
        return memory.getOrDefault(1, List.of());
    }

    /** Returns a table with a row for each size; {@link #LEGEND} explains the columns. */
    Table table() {
        Table table = new Table(
                "daemons", "all answer, ms", "min - max", "per daemon, ms", "to one", "memory each", "RSS each");
        for (int size : SIZES) {
            String failure = failures.getOrDefault(size, "");
            if (!failure.isEmpty()) {
                table.row(String.valueOf(size), failure);
                continue;
            }
            Samples samples = new Samples(milliseconds.getOrDefault(size, List.of()));
            List<MemoryUse> uses = memory.getOrDefault(size, List.of());
            table.row(
                    String.valueOf(size),
                    Formats.milliseconds(samples.median()),
                    Formats.range(samples),
                    Formats.milliseconds(samples.median() / size),
                    toOne(samples),
                    average(uses, MemoryUse::container),
                    average(uses, MemoryUse::dockerdAndContainerd));
        }
        return table;
    }

    private String toOne(Samples samples) {
        List<Double> one = milliseconds.getOrDefault(1, List.of());
        return failures.containsKey(1) || one.isEmpty() ? "" : Formats.ratio(samples.ratioTo(new Samples(one)));
    }

    private static String average(List<MemoryUse> uses, ToLongFunction<MemoryUse> bytes) {
        OptionalDouble average = uses.stream().mapToLong(bytes).average();
        return average.isPresent() ? Formats.megabytes(Math.round(average.getAsDouble())) : "";
    }
}
