package io.nesteddocker.benchmarks;

import com.github.dockerjava.api.model.Info;
import io.nesteddocker.ImageCache;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerBuilder;
import io.nesteddocker.benchmarks.BenchImages.BenchImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Measures how images get into a daemon: linked at the start, loaded while it runs, and copied with save and load. */
final class ImagesSubject {

    private static final List<BenchImage> IMAGES =
            List.of(BenchImages.SMALL, BenchImages.MIDDLE, BenchImages.LARGE, BenchImages.LAYERED);
    /** The rounds of slow measurements: the smallest number that shows a spread. */
    private static final int FEW_ROUNDS = 3;

    private static final double MOST_MILLISECONDS_MORE = 20;
    private static final double TIMES_FASTER_SEEDED = 50;
    private static final double TIMES_FASTER_FILLED = 8;
    private static final double TIMES_FASTER_ONE_LAYER = 10;
    private static final double MOST_MILLISECONDS_ALREADY_THERE = 50;

    private final RunResources run;
    private final OuterEngine outer;
    private final PrintStream out;
    private final int rounds;
    private final int fewRounds;
    private final Map<BenchImage, Samples> copied = new LinkedHashMap<>();
    private final Goals goals = new Goals();

    private ImagesSubject(Arguments arguments, RunResources run, PrintStream out) {
        this.run = run;
        this.outer = run.outer();
        this.out = out;
        rounds = arguments.rounds();
        fewRounds = Math.max(Math.min(FEW_ROUNDS, rounds), rounds / 3);
    }

    static Goals run(Arguments arguments, RunResources run, PrintStream out) throws Exception {
        return new ImagesSubject(arguments, run, out).run();
    }

    private Goals run() throws Exception {
        for (BenchImage image : IMAGES) {
            BenchImages.ensure(outer, image, OuterEngine.TINY_IMAGE);
        }
        BenchImage more = BenchImages.LARGE.withOneLayerMore();
        BenchImages.ensure(outer, more, BenchImages.LARGE.reference());
        introduce();
        // First, because copies create and remove tens of thousands of files, which can slow a file system down for
        // minutes.
        Starts starts = measureStarts();
        for (BenchImage image : IMAGES) {
            copied.put(image, copies(image));
        }
        print(starts);
        memory();
        fillings();
        loads(more);
        return goals;
    }

    private void introduce() {
        Info info = outer.info();
        try (NestedDocker nested = builder().start()) {
            out.println("Outer engine: " + info.getServerVersion() + ", " + info.getDriver() + ", " + info.getNCPU()
                    + " processors; daemons: " + nested.engine().version() + ", "
                    + nested.engine().storageDriver());
        }
    }

    private NestedDockerBuilder builder() {
        return NestedDocker.builder().label(RunResources.LABEL, run.runId());
    }

    /** Measures what linked images add to the memory of an idle daemon. */
    private void memory() throws InterruptedException, IOException {
        Table table = new Table("image inside", "memory", "RSS");
        memory(table, "none", builder());
        for (BenchImage image : IMAGES) {
            memory(table, image.name(), builder().images(image.reference()));
        }
        out.println("Memory of one idle daemon, medians of " + Formats.rounds(fewRounds) + "; " + Growth.LEGEND);
        out.println(table);
    }

    private void memory(Table table, String name, NestedDockerBuilder builder)
            throws InterruptedException, IOException {
        List<Double> container = new ArrayList<>();
        List<Double> resident = new ArrayList<>();
        for (int round = 1; round <= fewRounds; round++) {
            run.throwIfEnding();
            try (NestedDocker nested = builder.start()) {
                Pause.untilIdle();
                MemoryUse use = MemoryUse.of(nested, outer);
                container.add((double) use.container());
                resident.add((double) use.dockerdAndContainerd());
            }
        }
        table.row(name, megabytes(container), megabytes(resident));
    }

    private static String megabytes(List<Double> bytes) {
        return Formats.megabytes(Math.round(new Samples(bytes).median()));
    }

    /** Measures copies with save and load into an empty daemon. */
    private Samples copies(BenchImage image) throws Exception {
        List<Double> taken = new ArrayList<>();
        for (int round = 1; round <= fewRounds; round++) {
            Progress.say("save and load of " + image.name() + ", round " + round + " of " + fewRounds);
            run.throwIfEnding();
            try (NestedDocker nested = builder().start()) {
                taken.add(milliseconds(() -> copy(image, nested)));
            }
        }
        return new Samples(taken);
    }

    private void copy(BenchImage image, NestedDocker nested) throws IOException {
        try (InputStream archive =
                outer.client().saveImageCmd(image.reference()).exec()) {
            nested.client().loadImageCmd(archive).exec();
        }
    }

    /**
     * The measured starts, with and without images.
     *
     * @param empty the start without an image
     * @param seeded the starts with one image each
     * @param measured the measurements
     */
    private record Starts(Contender empty, Map<Contender, BenchImage> seeded, Rounds measured) {

        List<Contender> all() {
            return all(empty, seeded);
        }

        static List<Contender> all(Contender empty, Map<Contender, BenchImage> seeded) {
            List<Contender> all = new ArrayList<>(List.of(empty));
            all.addAll(seeded.keySet());
            return all;
        }
    }

    private Starts measureStarts() throws InterruptedException {
        Contender empty = new NestedContender("empty", builder -> builder.label(RunResources.LABEL, run.runId()));
        Map<Contender, BenchImage> seeded = new LinkedHashMap<>();
        for (BenchImage image : IMAGES) {
            seeded.put(
                    new NestedContender(
                            image.name() + " inside",
                            builder -> builder.label(RunResources.LABEL, run.runId())
                                    .images(image.reference())),
                    image);
        }
        return new Starts(empty, seeded, Rounds.of(Starts.all(empty, seeded), rounds, run::throwIfEnding));
    }

    private void print(Starts starts) {
        Contender empty = starts.empty();
        Rounds measured = starts.measured();
        Table table = new Table("", "median", "min - max", "extra to empty", "save and load", "faster");
        for (Contender contender : starts.all()) {
            if (!measured.has(contender)) {
                table.row(contender.name(), "failed: " + measured.failure(contender));
                continue;
            }
            Samples samples = measured.of(contender);
            BenchImage image = starts.seeded().get(contender);
            if (image == null || !measured.has(empty)) {
                table.row(contender.name(), Formats.milliseconds(samples.median()), Formats.range(samples), "", "", "");
                continue;
            }
            Difference extra = Difference.between(samples, measured.of(empty));
            Samples copying = copied(image);
            table.row(
                    contender.name(),
                    Formats.milliseconds(samples.median()),
                    Formats.range(samples),
                    extra.text(),
                    Formats.milliseconds(copying.median()),
                    ratio(extra, copying));
        }
        starts.seeded().forEach((contender, image) -> startGoals(measured, empty, contender, image));
        out.println(
                "\nFrom start to the first answer with images inside, linked to a seed that exists already, ms, medians of "
                        + Formats.rounds(rounds)
                        + " in turn;\nsave and load is the time for copying into an empty running daemon, median of "
                        + Formats.rounds(fewRounds));
        out.println(table);
    }

    private void startGoals(Rounds measured, Contender empty, Contender contender, BenchImage image) {
        String start = "start with " + image.name() + " inside, extra to an empty one";
        String seed = "a seed of " + image.name() + " vs save and load";
        String missing = measured.missing(empty, contender);
        if (!missing.isEmpty()) {
            goals.notMeasured(start, missing);
            goals.notMeasured(seed, missing);
            return;
        }
        Difference extra = Difference.between(measured.of(contender), measured.of(empty));
        goals.measured(
                "%s, ms: %s (goal: at most %s)", start, extra.text(), Formats.milliseconds(MOST_MILLISECONDS_MORE));
        fasterGoal(seed, extra, copied(image), TIMES_FASTER_SEEDED);
    }

    private void fasterGoal(String what, Difference ours, Samples copying, double goal) {
        if (ours.isBelowNoise()) {
            goals.measured(
                    "%s: no ratio, because %s ms are compared with a difference %s (goal: at least %.0fx faster)",
                    what, Formats.milliseconds(copying.median()), ours.text(), goal);
        } else {
            goals.measured("%s: %.1fx faster (goal: at least %.0fx)", what, ours.timesIn(copying), goal);
        }
    }

    private static String ratio(Difference ours, Samples copying) {
        return ours.isBelowNoise() ? "" : Formats.ratio(ours.timesIn(copying));
    }

    private Samples copied(BenchImage image) {
        return Objects.requireNonNull(copied.get(image), image.name());
    }

    private void fillings() throws Exception {
        Table table = new Table("", "first start", "later start", "filling", "save and load", "faster");
        for (BenchImage image : IMAGES) {
            List<Double> first = new ArrayList<>();
            List<Double> later = new ArrayList<>();
            for (int round = 1; round <= fewRounds; round++) {
                Progress.say("first filling of " + image.name() + ", round " + round + " of " + fewRounds);
                run.throwIfEnding();
                removeSeed(image);
                first.add(start(image));
                later.add(start(image));
            }
            Samples filling = new Samples(first);
            Samples linking = new Samples(later);
            Difference alone = Difference.between(filling, linking);
            Samples copying = copied(image);
            table.row(
                    image.name(),
                    Formats.milliseconds(filling.median()),
                    Formats.milliseconds(linking.median()),
                    alone.text(),
                    Formats.milliseconds(copying.median()),
                    ratio(alone, copying));
            if (image.equals(BenchImages.LARGE)) {
                fasterGoal(
                        "first filling of " + image.name() + " vs save and load", alone, copying, TIMES_FASTER_FILLED);
            }
        }
        out.println("The first start with an image, which fills its seed, ms, medians of " + Formats.rounds(fewRounds));
        out.println(table);
    }

    private double start(BenchImage image) throws Exception {
        Pause.betweenContenders();
        long begin = System.nanoTime();
        try (NestedDocker nested = builder().images(image.reference()).start()) {
            nested.client().pingCmd().exec();
            return millisecondsSince(begin);
        }
    }

    private void removeSeed(BenchImage image) {
        for (ImageCache.Seed seed : NestedDocker.imageCache().list()) {
            if (seed.images().keySet().equals(Set.of(image.reference()))) {
                outer.client().removeVolumeCmd(seed.volume()).exec();
            }
        }
    }

    private void loads(BenchImage more) throws Exception {
        List<Double> there = new ArrayList<>();
        List<Double> layer = new ArrayList<>();
        for (int round = 1; round <= rounds; round++) {
            Progress.say("load into a running daemon, round " + round + " of " + rounds);
            run.throwIfEnding();
            try (NestedDocker nested =
                    builder().images(BenchImages.LARGE.reference()).start()) {
                there.add(milliseconds(() -> nested.load(BenchImages.LARGE.reference())));
                layer.add(milliseconds(() -> nested.load(more.reference())));
            }
        }
        Samples already = new Samples(there);
        Samples oneLayer = new Samples(layer);
        Samples copying = copies(more);
        Table table = new Table("load into a running daemon", "median", "min - max", "save and load", "faster");
        table.row(
                "an image that the daemon has", Formats.milliseconds(already.median()), Formats.range(already), "", "");
        table.row(
                "one small layer on top of " + BenchImages.LARGE.name() + " inside",
                Formats.milliseconds(oneLayer.median()),
                Formats.range(oneLayer),
                Formats.milliseconds(copying.median()),
                Formats.ratio(copying.ratioTo(oneLayer)));
        out.println(table);
        goals.measured(
                "load of an image that the daemon has: %s ms (goal: under %s)",
                Formats.milliseconds(already.median()), Formats.milliseconds(MOST_MILLISECONDS_ALREADY_THERE));
        goals.measured(
                "load of one small layer on top of %s vs save and load: %.1fx faster (goal: at least %.0fx)",
                BenchImages.LARGE.name(), copying.ratioTo(oneLayer), TIMES_FASTER_ONE_LAYER);
    }

    /** An action whose duration is measured. */
    private interface Work {
        void run() throws Exception;
    }

    private static double milliseconds(Work work) throws Exception {
        long begin = System.nanoTime();
        work.run();
        return millisecondsSince(begin);
    }

    private static double millisecondsSince(long begin) {
        return (System.nanoTime() - begin) / (double) TimeUnit.MILLISECONDS.toNanos(1);
    }
}
