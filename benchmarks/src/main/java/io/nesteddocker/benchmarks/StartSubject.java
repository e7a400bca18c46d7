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

/** What it takes to have a daemon: time beside other ways, time and memory of many, memory of one, size of the dependencies. */
final class StartSubject {

    private static final double TIMES_FASTER_THAN_TESTCONTAINERS = 4;
    private static final double TIMES_THE_FLOOR = 3;

    private final Belongings belongings;
    private final OuterEngine outer;
    private final PrintStream out;
    private final int rounds;
    private final String image = DaemonImage.defaultImage().reference();

    private StartSubject(Arguments arguments, Belongings belongings, PrintStream out) {
        this.belongings = belongings;
        this.outer = belongings.outer();
        this.out = out;
        rounds = arguments.rounds();
    }

    static Goals run(Arguments arguments, Belongings belongings, PrintStream out) throws Exception {
        StartSubject subject = new StartSubject(arguments, belongings, out);
        return arguments.where() ? subject.tellWhere() : subject.run();
    }

    private Goals tellWhere() throws InterruptedException {
        Ours way = Ours.throughSocket(belongings, introduce(outer.info()));
        StartSteps steps = new StartSteps(outer);
        for (int round = 0; round < rounds; round++) {
            belongings.throwIfEnding();
            steps.measure(way);
        }
        out.println("\nWhere the time goes, " + way.name() + ", ms, medians of " + Words.rounds(rounds));
        out.println(steps.table());
        return new Goals();
    }

    private Goals run() throws InterruptedException, IOException {
        if (!outer.hasImage(OuterEngine.TINY_IMAGE)) {
            throw new IllegalStateException("the outer engine has no image " + OuterEngine.TINY_IMAGE
                    + ", which the floor is made of; ./dev image makes it");
        }
        Info outerInfo = outer.info();
        HostPrivilege privilege = introduce(outerInfo);

        Ours socket = Ours.throughSocket(belongings, privilege);
        Ours tls = Ours.throughTls(belongings, privilege);
        Floor floor = new Floor(outer);
        Contender http = TestcontainersDaemon.withHttpWait(image, outer, privilege);
        Contender log = TestcontainersDaemon.withLogWait(image, outer, privilege);
        List<Contender> all = List.of(floor, socket, tls, new BareDaemon(image, outer, privilege), http, log);
        Rounds measured = Rounds.of(all, rounds, belongings::throwIfEnding);
        out.println("\nFrom start to the first answer of the inner engine, ms, medians of " + Words.rounds(rounds)
                + " in turn, JVM warm");
        out.println(times(measured, all, socket, floor));

        int growthRounds = Math.max(1, rounds / 2);
        Growth growth = new Growth(socket, belongings, outerInfo.getMemTotal() == null ? 0 : outerInfo.getMemTotal());
        growth.measure(growthRounds);
        out.println("Several daemons started together, Unix socket, medians of " + Words.rounds(growthRounds));
        out.print(growth.table());
        out.println(Growth.LEGEND + "\n");

        growth.memoryOfOne().forEach(use -> out.println(idle(use)));
        out.println(new SizeReport().words());
        return goals(measured, floor, List.of(socket, tls), http, log);
    }

    /** Starts one daemon for what can only be learnt from it. */
    private HostPrivilege introduce(Info outerInfo) {
        try (NestedDocker nested = NestedDocker.builder()
                .privileged()
                .label(Belongings.LABEL, belongings.runId())
                .start()) {
            HostPrivilege privilege = HostPrivilege.of(nested, outer);
            EngineInfo inner = nested.engine();
            out.println("Outer engine: " + outerInfo.getServerVersion() + ", " + outerInfo.getDriver() + ", cgroup v"
                    + inner.cgroupVersion() + ", " + outerInfo.getNCPU() + " processors; Java "
                    + Runtime.version().feature());
            out.println("Daemons: " + image + " (" + inner.version() + ", " + inner.storageDriver() + ")");
            out.println("Rights: " + privilege.words());
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
                    Words.milliseconds(samples.median()),
                    Words.range(samples),
                    measured.has(ours) ? Words.ratio(samples.ratioTo(measured.of(ours))) : "",
                    measured.has(floor) ? Words.ratio(samples.ratioTo(measured.of(floor))) : "");
        }
        return table;
    }

    private static String idle(MemoryUse use) {
        return "One idle daemon: container memory " + Words.megabytes(use.container()) + "; RSS of dockerd "
                + Words.megabytes(use.residentBytes("dockerd")) + " and containerd "
                + Words.megabytes(use.residentBytes("containerd")) + ", together "
                + Words.megabytes(use.dockerdAndContainerd()) + "\n";
    }

    private static Goals goals(
            Rounds measured, Contender floor, List<? extends Contender> ours, Contender http, Contender log) {
        Goals goals = new Goals();
        for (Contender one : ours) {
            String testcontainers = one.name() + " vs Testcontainers (the faster wait)";
            String missing = measured.missing(one, http, log);
            if (missing.isEmpty()) {
                Samples faster = Stream.of(measured.of(http), measured.of(log))
                        .min(Comparator.comparingDouble(Samples::median))
                        .orElseThrow();
                goals.measured(
                        "%s: %.1fx faster (goal: at least %.0fx)",
                        testcontainers, faster.ratioTo(measured.of(one)), TIMES_FASTER_THAN_TESTCONTAINERS);
            } else {
                goals.notMeasured(testcontainers, missing);
            }
            String toFloor = one.name() + " vs the floor";
            missing = measured.missing(one, floor);
            if (missing.isEmpty()) {
                goals.measured(
                        "%s: %.1fx (goal: at most %.0fx)",
                        toFloor, measured.of(one).ratioTo(measured.of(floor)), TIMES_THE_FLOOR);
            } else {
                goals.notMeasured(toFloor, missing);
            }
        }
        return goals;
    }
}
