package io.nesteddocker.benchmarks;

/**
 * The time that additional work takes, in milliseconds: the difference between measurements with and without that work.
 *
 * @param median the difference of the medians
 * @param spread the sum of both typical deviations from the median
 */
record Difference(double median, double spread) {

    private static final int FEWEST_ROUNDS = 3;

    static Difference between(Samples longer, Samples shorter) {
        boolean few = Math.min(longer.values().size(), shorter.values().size()) < FEWEST_ROUNDS;
        return new Difference(
                longer.median() - shorter.median(),
                few ? Double.POSITIVE_INFINITY : longer.typicalDeviation() + shorter.typicalDeviation());
    }

    /** Returns whether the difference is at most the spread. A negative difference is noise, because more work can't take less time. */
    boolean isBelowNoise() {
        return median <= spread;
    }

    /** Returns the ratio of the other median to this difference. A difference below the noise has no ratio. */
    double timesIn(Samples other) {
        if (isBelowNoise()) {
            throw new ArithmeticException(
                    "Tried to compare with a difference that is " + text() + "; such a ratio has no meaning.");
        }
        return other.median() / median;
    }

    String text() {
        if (Double.isInfinite(spread)) {
            return "below the noise (fewer than " + FEWEST_ROUNDS + " rounds)";
        }
        return isBelowNoise()
                ? "below the noise (±" + Formats.milliseconds(Math.max(spread, -median)) + ")"
                : Formats.milliseconds(median) + " ±" + Formats.milliseconds(spread);
    }
}
