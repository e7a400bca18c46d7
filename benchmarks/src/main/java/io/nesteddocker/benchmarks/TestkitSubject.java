package io.nesteddocker.benchmarks;

import io.nesteddocker.DaemonImage;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerBuilder;
import io.nesteddocker.NestedDockerSpec;
import io.nesteddocker.pool.Lease;
import io.nesteddocker.pool.NestedDockerPool;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Measures the cost of a daemon of its own for each test. */
final class TestkitSubject {

    /** The maximum of rounds with 50 tests, which take longer than all other measurements together. */
    private static final int MOST_ROUNDS_OF_FIFTY = 3;

    private final RunResources run;
    private final PrintStream out;
    private final int rounds;

    private TestkitSubject(Arguments arguments, RunResources run, PrintStream out) {
        this.run = run;
        this.out = out;
        rounds = arguments.rounds();
    }

    static Goals run(Arguments arguments, RunResources run, PrintStream out) throws Exception {
        return new TestkitSubject(arguments, run, out).run();
    }

    private Goals run() throws InterruptedException {
        OuterEngine outer = run.outer();
        if (!outer.hasImage(OuterEngine.TINY_IMAGE)) {
            throw new IllegalStateException("the outer engine has no image " + OuterEngine.TINY_IMAGE
                    + ", which the tests use inside; run ./dev image");
        }
        GrantedPrivilege privilege;
        try (NestedDocker nested = builder().privileged().start()) {
            privilege = GrantedPrivilege.of(nested, outer);
        }
        NestedContender fresh = NestedContender.throughSocket(run, privilege);
        TestcontainersDaemon theirs =
                TestcontainersDaemon.withHttpWait(DaemonImage.defaultImage().reference(), outer, privilege);
        NestedDockerSpec spec = fresh.options().apply(NestedDocker.builder()).spec();
        Rounds measured;
        Contender lease;
        try (NestedDockerPool pool =
                NestedDockerPool.builder(spec).warm(1).maxSize(1).build()) {
            lease = new LeaseOfWarmPool(pool);
            measured = Rounds.of(List.of(lease, fresh, theirs), rounds, run::throwIfEnding);
        }
        List<Double> resets = new ArrayList<>();
        List<Double> replacements = new ArrayList<>();
        measureReset(resets, replacements);
        List<Double> one = new ArrayList<>();
        List<Double> each = new ArrayList<>();
        measureFifty(one, each);

        out.println("\nMilliseconds, medians, JVM warm");
        Table table = new Table("", "median", "min - max");
        for (Contender contender : List.of(lease, fresh, theirs)) {
            if (measured.has(contender)) {
                row(table, contender.name(), measured.of(contender));
            } else {
                table.row(contender.name(), "failed: " + measured.failure(contender));
            }
        }
        row(table, "reset() after a mess", new Samples(resets));
        row(table, "lease after a lease that left a mess", new Samples(replacements));
        row(table, "50 tests, one daemon, no cleaning", new Samples(one));
        row(table, "50 tests, a daemon each", new Samples(each));
        out.println(table);
        out.println("A mess: 10 containers, half of them running, 3 networks, 3 volumes, 2 built images\n");
        return goals(
                measured,
                lease,
                fresh,
                theirs,
                new Samples(resets),
                new Samples(replacements),
                new Samples(each),
                new Samples(one));
    }

    private static Goals goals(
            Rounds measured,
            Contender lease,
            Contender fresh,
            Contender theirs,
            Samples resets,
            Samples replacements,
            Samples each,
            Samples one) {
        Goals goals = new Goals();
        String missing = measured.missing(lease);
        if (missing.isEmpty()) {
            goals.measured(
                    "a lease to the first answer: %.1f ms (goal: at most 15 ms)",
                    measured.of(lease).median());
        } else {
            goals.notMeasured("a lease to the first answer", missing);
        }
        missing = measured.missing(lease, theirs);
        if (missing.isEmpty()) {
            goals.measured(
                    "a lease vs Testcontainers: %.0fx faster (goal: at least 100x)",
                    measured.of(theirs).ratioTo(measured.of(lease)));
        } else {
            goals.notMeasured("a lease vs Testcontainers", missing);
        }
        missing = measured.missing(fresh);
        if (missing.isEmpty()) {
            goals.measured(
                    "reset() vs a fresh start: %.2fx (goal: at most 0.33x, or replaced by a warm one)",
                    resets.ratioTo(measured.of(fresh)));
            goals.measured(
                    "the next lease after a mess vs a fresh start: %.2fx (goal: at most 0.33x)",
                    replacements.ratioTo(measured.of(fresh)));
        } else {
            goals.notMeasured("reset() vs a fresh start", missing);
            goals.notMeasured("the next lease after a mess vs a fresh start", missing);
        }
        goals.measured("50 tests with a daemon each vs one for all: %.1fx (goal: at most 2x)", each.ratioTo(one));
        return goals;
    }

    private void measureReset(List<Double> resets, List<Double> replacements) throws InterruptedException {
        NestedDockerSpec spec = builder().images(OuterEngine.TINY_IMAGE).spec();
        try (NestedDocker docker = NestedDocker.start(spec);
                NestedDockerPool pool =
                        NestedDockerPool.builder(spec).warm(2).maxSize(3).build()) {
            for (int round = 0; round <= rounds; round++) {
                Progress.say("reset, round " + round + " of " + rounds);
                run.throwIfEnding();
                TestLeftovers.make(docker.client());
                Pause.betweenContenders();
                long begin = System.nanoTime();
                docker.reset();
                double reset = since(begin);

                try (Lease untidy = pool.lease()) {
                    TestLeftovers.make(untidy.docker().client());
                    Pause.betweenContenders();
                    begin = System.nanoTime();
                }
                double replacement;
                try (Lease next = pool.lease()) {
                    next.docker().client().pingCmd().exec();
                    replacement = since(begin);
                }
                // The first round is a warm-up.
                if (round > 0) {
                    resets.add(reset);
                    replacements.add(replacement);
                }
            }
        }
    }

    private void measureFifty(List<Double> one, List<Double> each) throws InterruptedException {
        for (int round = 0; round < Math.min(MOST_ROUNDS_OF_FIFTY, rounds); round++) {
            Progress.say("50 tests, round " + (round + 1));
            run.throwIfEnding();
            one.add(FiftyTests.run(FiftyTests.WithOneDaemon.class));
            each.add(FiftyTests.run(FiftyTests.WithADaemonEach.class));
        }
    }

    private NestedDockerBuilder builder() {
        return NestedDocker.builder().label(RunResources.LABEL, run.runId());
    }

    private static void row(Table table, String name, Samples samples) {
        table.row(name, String.format(Locale.ROOT, "%.1f", samples.median()), Formats.range(samples));
    }

    private static double since(long begin) {
        return (System.nanoTime() - begin) / (double) TimeUnit.MILLISECONDS.toNanos(1);
    }

    /** A lease of a daemon that is ready in a pool, until the first answer to its inner client. */
    private record LeaseOfWarmPool(NestedDockerPool pool) implements Contender {

        @Override
        public String name() {
            return "a lease of a warm pool";
        }

        @Override
        public AutoCloseable start() {
            Lease lease = pool.lease();
            lease.docker().client().pingCmd().exec();
            return lease;
        }
    }
}
