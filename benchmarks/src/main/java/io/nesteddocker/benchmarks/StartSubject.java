package io.nesteddocker.benchmarks;

import com.github.dockerjava.api.model.Info;
import io.nesteddocker.DaemonImage;
import io.nesteddocker.EngineInfo;
import io.nesteddocker.NestedDocker;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Measures the cost of a daemon: start time compared with other ways, time and memory of many, memory of one, size of dependencies. */
final class StartSubject {

    private static final double TIMES_FASTER_THAN_TESTCONTAINERS = 3;
    private static final double TIMES_FASTER_THAN_BARE = 1.4;
    private static final String REUSE_SWITCH = "nesteddocker.reuse";
    private static final int MOST_MILLIS_IF_LEFT = 50;
    private static final double TIMES_THE_FLOOR = 2.0;
    private static final double TIMES_THE_FLOOR_WITH_TLS = 2.4;

    private final RunResources run;
    private final OuterEngine outer;
    private final PrintStream out;
    private final int rounds;
    private final String image = DaemonImage.defaultImage().reference();

    private StartSubject(Arguments arguments, RunResources run, PrintStream out) {
        this.run = run;
        this.outer = run.outer();
        this.out = out;
        rounds = arguments.rounds();
    }

    static Goals run(Arguments arguments, RunResources run, PrintStream out) throws Exception {
        StartSubject subject = new StartSubject(arguments, run, out);
        return arguments.where() ? subject.tellWhere() : subject.run();
    }

    private Goals tellWhere() throws InterruptedException {
        NestedContender way = NestedContender.throughSocket(run, introduce(outer.info()));
        StartSteps steps = new StartSteps(outer);
        for (int round = 0; round < rounds; round++) {
            run.throwIfEnding();
            steps.measure(way);
        }
        out.println("\nWhere the time goes, " + way.name() + ", ms, medians of " + Formats.rounds(rounds));
        out.println(steps.table());
        return new Goals();
    }

    private Goals run() throws InterruptedException, IOException {
        if (!outer.hasImage(OuterEngine.TINY_IMAGE)) {
            throw new IllegalStateException("the outer engine has no image " + OuterEngine.TINY_IMAGE
                    + ", which the floor runs; run ./dev image");
        }
        Info outerInfo = outer.info();
        GrantedPrivilege privilege = introduce(outerInfo);

        NestedContender socket = NestedContender.throughSocket(run, privilege);
        NestedContender tls = NestedContender.throughTls(run, privilege);
        System.setProperty(REUSE_SWITCH, "true");
        NestedContender left = NestedContender.leftByTheRunBefore(run, privilege);
        TrivialContainer floor = new TrivialContainer(outer);
        Contender http = TestcontainersDaemon.withHttpWait(image, outer, privilege);
        Contender log = TestcontainersDaemon.withLogWait(image, outer, privilege);
        Contender bare = new BareDaemon(image, outer, privilege);
        List<Contender> all = List.of(floor, socket, tls, left, bare, http, log);
        Rounds measured = Rounds.of(all, rounds, run::throwIfEnding);
        out.println("\nFrom start to the first answer of the inner engine, ms, medians of " + Formats.rounds(rounds)
                + " in turn, JVM warm");
        out.println(times(measured, all, socket, floor));

        int growthRounds = Math.max(1, rounds / 2);
        Growth growth = new Growth(socket, run, outerInfo.getMemTotal() == null ? 0 : outerInfo.getMemTotal());
        growth.measure(growthRounds);
        out.println("Several daemons started together, Unix socket, medians of " + Formats.rounds(growthRounds));
        out.print(growth.table());
        out.println(Growth.LEGEND + "\n");

        growth.memoryOfOne().forEach(use -> out.println(idle(use)));
        out.println(new SizeReport().text());
        Goals goals = new Goals();
        addFaster(goals, measured, socket, List.of(http, log), TIMES_FASTER_THAN_TESTCONTAINERS);
        addFaster(goals, measured, socket, List.of(bare), TIMES_FASTER_THAN_BARE);
        addFloor(goals, measured, socket, floor, TIMES_THE_FLOOR);
        addFloor(goals, measured, tls, floor, TIMES_THE_FLOOR_WITH_TLS);
        addLeft(goals, measured, left);
        return goals;
    }

    /** Starts one daemon, prints facts that only a running daemon shows, and returns the privilege that was granted. */
    private GrantedPrivilege introduce(Info outerInfo) {
        try (NestedDocker nested = NestedDocker.builder()
                .privileged()
                .label(RunResources.LABEL, run.runId())
                .start()) {
            GrantedPrivilege privilege = GrantedPrivilege.of(nested, outer);
            EngineInfo inner = nested.engine();
            out.println("Outer engine: " + outerInfo.getServerVersion() + ", " + outerInfo.getDriver() + ", cgroup v"
                    + inner.cgroupVersion() + ", " + outerInfo.getNCPU() + " processors; Java "
                    + Runtime.version().feature());
            out.println("Daemons: " + image + " (" + inner.version() + ", " + inner.storageDriver() + ")");
            out.println("Privilege: " + privilege.text());
            return privilege;
        }
    }

    private static Table times(Rounds measured, List<Contender> all, Contender ours, Contender floor) {
        Table table = new Table("", "median", "min - max", "to ours", "to the floor");
        for (Contender contender : all) {
            if (!measured.has(contender)) {
                table.row(contender.name(), "failed: " + measured.failure(contender));
                continue;
            }
            Samples samples = measured.of(contender);
            table.row(
                    contender.name(),
                    Formats.milliseconds(samples.median()),
                    Formats.range(samples),
                    measured.has(ours) ? Formats.ratio(samples.ratioTo(measured.of(ours))) : "",
                    measured.has(floor) ? Formats.ratio(samples.ratioTo(measured.of(floor))) : "");
        }
        return table;
    }

    private static String idle(MemoryUse use) {
        return "One idle daemon: container memory " + Formats.megabytes(use.container()) + "; RSS of dockerd "
                + Formats.megabytes(use.residentBytes("dockerd")) + " and containerd "
                + Formats.megabytes(use.residentBytes("containerd")) + ", together "
                + Formats.megabytes(use.dockerdAndContainerd()) + "\n";
    }

    /** Adds the comparison with the fastest of the others. */
    private static void addFaster(
            Goals goals, Rounds measured, Contender ours, List<Contender> others, double atLeast) {
        String missing =
                measured.missing(Stream.concat(Stream.of(ours), others.stream()).toArray(Contender[]::new));
        if (!missing.isEmpty()) {
            goals.notMeasured(ours.name() + " vs " + others.get(0).name(), missing);
            return;
        }
        Contender fastest = others.stream()
                .min(Comparator.comparingDouble(one -> measured.of(one).median()))
                .orElseThrow();
        goals.measured(
                "%s vs %s: %.1fx faster (goal: at least %.1fx)",
                ours.name(), fastest.name(), measured.of(fastest).ratioTo(measured.of(ours)), atLeast);
    }

    private static void addLeft(Goals goals, Rounds measured, NestedContender left) {
        String missing = measured.missing(left);
        if (missing.isEmpty()) {
            goals.measured(
                    "%s: %.0f ms (goal: at most %d ms)",
                    left.name(), measured.of(left).median(), MOST_MILLIS_IF_LEFT);
        } else {
            goals.notMeasured(left.name(), missing);
        }
    }

    private static void addFloor(Goals goals, Rounds measured, Contender ours, Contender floor, double atMost) {
        String missing = measured.missing(ours, floor);
        if (missing.isEmpty()) {
            goals.measured(
                    "%s vs the floor: %.1fx (goal: at most %.1fx)",
                    ours.name(), measured.of(ours).ratioTo(measured.of(floor)), atMost);
        } else {
            goals.notMeasured(ours.name() + " vs the floor", missing);
        }
    }
}
