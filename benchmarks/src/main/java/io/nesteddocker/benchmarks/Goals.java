package io.nesteddocker.benchmarks;

import java.util.Locale;

/** Says how far the figures are from what was set out for. It judges nothing: a slow machine is no defect. */
final class Goals {

    private static final double TIMES_FASTER_THAN_TESTCONTAINERS = 4;
    private static final double TIMES_THE_FLOOR = 3;

    private Goals() {}

    static String againstTestcontainers(String name, Samples ours, Samples fastestOfTheirs) {
        return String.format(
                Locale.ROOT,
                "%s vs Testcontainers (the faster wait): %.1fx faster (goal: at least %.0fx)",
                name,
                fastestOfTheirs.ratioTo(ours),
                TIMES_FASTER_THAN_TESTCONTAINERS);
    }

    static String againstFloor(String name, Samples ours, Samples floor) {
        return String.format(
                Locale.ROOT,
                "%s vs the floor: %.1fx (goal: at most %.0fx)",
                name,
                ours.ratioTo(floor),
                TIMES_THE_FLOOR);
    }
}
