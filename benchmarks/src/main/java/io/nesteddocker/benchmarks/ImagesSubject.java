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
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** What it takes to have images inside: linked at the start, loaded into a running daemon, and copied with save and load. */
final class ImagesSubject {

    private static final List<BenchImage> IMAGES =
            List.of(BenchImages.SMALL, BenchImages.MIDDLE, BenchImages.LARGE, BenchImages.LAYERED);
    private static final double MOST_MILLISECONDS_MORE = 100;
    private static final double TIMES_FASTER_SEEDED = 50;
    private static final double TIMES_FASTER_FILLED = 8;
    private static final double TIMES_FASTER_ONE_LAYER = 10;
    private static final double MOST_MILLISECONDS_ALREADY_THERE = 50;

    private final Belongings belongings;
    private final OuterEngine outer;
    private final PrintStream out;
    private final int rounds;
    private final int fewRounds;
    private final Map<BenchImage, Samples> copied = new LinkedHashMap<>();
    private final List<String> goals = new ArrayList<>();

    private ImagesSubject(Arguments arguments, Belongings belongings, PrintStream out) {
        this.belongings = belongings;
        this.outer = belongings.outer();
        this.out = out;
        rounds = arguments.rounds();
        fewRounds = Math.max(1, rounds / 3);
    }

    static void run(Arguments arguments, Belongings belongings, PrintStream out) throws Exception {
        new ImagesSubject(arguments, belongings, out).run();
    }

    private void run() throws Exception {
        for (BenchImage image : IMAGES) {
            BenchImages.ensure(outer, image, OuterEngine.TINY_IMAGE);
        }
        BenchImage more = BenchImages.LARGE.withOneLayerMore();
        BenchImages.ensure(outer, more, BenchImages.LARGE.reference());
        introduce();
        // First, because copies make and remove tens of thousands of files, and a file system may take minutes to
        // forget them.
        Starts starts = measureStarts();
        for (BenchImage image : IMAGES) {
            copied.put(image, copies(image));
        }
        print(starts);
        fillings();
        loads(more);
        out.println("Goals");
        goals.forEach(goal -> out.println("  " + goal));
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
        return NestedDocker.builder().label(Belongings.LABEL, belongings.runId());
    }

    /** Copies with save and load into a daemon that has nothing. */
    private Samples copies(BenchImage image) throws Exception {
        List<Double> taken = new ArrayList<>();
        for (int round = 1; round <= fewRounds; round++) {
            Progress.say("save and load of " + image.name() + ", round " + round + " of " + fewRounds);
            belongings.throwIfEnding();
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
     * Starts with and without images.
     *
     * @param empty with none
     * @param seeded with one each
     * @param measured how long they took
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
        Contender empty = new Ours("nothing inside", builder -> builder.label(Belongings.LABEL, belongings.runId()));
        Map<Contender, BenchImage> seeded = new LinkedHashMap<>();
        for (BenchImage image : IMAGES) {
            seeded.put(
                    new Ours(
                            image.name() + " inside",
                            builder -> builder.label(Belongings.LABEL, belongings.runId())
                                    .images(image.reference())),
                    image);
        }
        return new Starts(empty, seeded, Rounds.of(Starts.all(empty, seeded), rounds, belongings));
    }

    private void print(Starts starts) {
        Contender empty = starts.empty();
        Rounds measured = starts.measured();
        Table table = new Table("", "median", "min - max", "more than nothing", "save and load", "faster");
        for (Contender contender : starts.all()) {
            if (!measured.has(contender)) {
                table.row(contender.name(), "failed: " + measured.failure(contender));
                continue;
            }
            Samples samples = measured.of(contender);
            BenchImage image = starts.seeded().get(contender);
            if (image == null || !measured.has(empty)) {
                table.row(contender.name(), Words.milliseconds(samples.median()), Words.range(samples), "", "", "");
                continue;
            }
            double extra = samples.median() - measured.of(empty).median();
            Samples copying = copied.get(image);
            // What takes less than a millisecond is noise, and noise may be negative.
            double faster = copying == null ? 0 : copying.median() / Math.max(1, extra);
            table.row(
                    contender.name(),
                    Words.milliseconds(samples.median()),
                    Words.range(samples),
                    Words.milliseconds(extra),
                    copying == null ? "" : Words.milliseconds(copying.median()),
                    Words.ratio(faster));
            goals.add(goal(
                    "start with %s: %s ms more than with nothing (goal: at most %s)",
                    image.name(), Words.milliseconds(extra), Words.milliseconds(MOST_MILLISECONDS_MORE)));
            goals.add(goal(
                    "a seed of %s vs save and load: %.0fx faster (goal: at least %.0fx)",
                    image.name(), faster, TIMES_FASTER_SEEDED));
        }
        out.println(
                "\nFrom start to the first answer with images inside, linked to a seed that is there, ms, medians of "
                        + Words.rounds(rounds)
                        + " in turn;\nsave and load is what copying takes after such a start, median of "
                        + Words.rounds(fewRounds));
        out.println(table);
    }

    private void fillings() throws Exception {
        Table table = new Table("", "start that fills", "start", "filling", "save and load", "faster");
        for (BenchImage image : IMAGES) {
            List<Double> first = new ArrayList<>();
            List<Double> later = new ArrayList<>();
            for (int round = 1; round <= fewRounds; round++) {
                Progress.say("first filling of " + image.name() + ", round " + round + " of " + fewRounds);
                belongings.throwIfEnding();
                removeSeed(image);
                first.add(start(image));
                later.add(start(image));
            }
            Samples filling = new Samples(first);
            Samples linking = new Samples(later);
            double alone = Math.max(1, filling.median() - linking.median());
            Samples copying = copied.get(image);
            double faster = copying == null ? 0 : copying.median() / alone;
            table.row(
                    image.name(),
                    Words.milliseconds(filling.median()),
                    Words.milliseconds(linking.median()),
                    Words.milliseconds(alone),
                    copying == null ? "" : Words.milliseconds(copying.median()),
                    Words.ratio(faster));
            if (image.equals(BenchImages.LARGE)) {
                goals.add(goal(
                        "first filling of %s vs save and load: %.1fx faster (goal: at least %.0fx)",
                        image.name(), faster, TIMES_FASTER_FILLED));
            }
        }
        out.println("The first start with an image, which fills its seed, ms, medians of " + Words.rounds(fewRounds));
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
            belongings.throwIfEnding();
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
        table.row("an image that is there", Words.milliseconds(already.median()), Words.range(already), "", "");
        table.row(
                "one small layer on " + BenchImages.LARGE.name() + " that are there",
                Words.milliseconds(oneLayer.median()),
                Words.range(oneLayer),
                Words.milliseconds(copying.median()),
                Words.ratio(copying.ratioTo(oneLayer)));
        out.println(table);
        goals.add(goal(
                "load of an image that is there: %s ms (goal: under %s)",
                Words.milliseconds(already.median()), Words.milliseconds(MOST_MILLISECONDS_ALREADY_THERE)));
        goals.add(goal(
                "load of one small layer on %s vs save and load: %.1fx faster (goal: at least %.0fx)",
                BenchImages.LARGE.name(), copying.ratioTo(oneLayer), TIMES_FASTER_ONE_LAYER));
    }

    /** Something that takes time. */
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

    private static String goal(String words, Object... figures) {
        return String.format(Locale.ROOT, words, figures);
    }
}
