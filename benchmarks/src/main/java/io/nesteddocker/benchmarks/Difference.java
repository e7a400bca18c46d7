package io.nesteddocker.benchmarks;

/**
 * How much longer one thing takes than another to which it only adds work, in milliseconds.
 *
 * @param median the difference of the medians
 * @param spread the typical distance of a measurement from its median, of both together
 */
record Difference(double median, double spread) {

    private static final int FEWEST_ROUNDS = 3;

    static Difference between(Samples longer, Samples shorter) {
        boolean few = Math.min(longer.values().size(), shorter.values().size()) < FEWEST_ROUNDS;
        return new Difference(
                longer.median() - shorter.median(),
                few ? Double.POSITIVE_INFINITY : longer.typicalDeviation() + shorter.typicalDeviation());
    }

    /** Whether the measurements of one thing differ as much among themselves. More work takes no less time, so a negative difference is noise. */
    boolean isBelowNoise() {
        return median <= spread;
    }

    /** How many times this difference the other's median is. A difference below the noise has no such ratio. */
    double timesIn(Samples other) {
        if (isBelowNoise()) {
            throw new ArithmeticException(
                    "Tried to compare with a difference that is " + words() + "; a ratio to that means nothing.");
        }
        return other.median() / median;
    }

    String words() {
        if (Double.isInfinite(spread)) {
            return "below the noise (fewer than " + FEWEST_ROUNDS + " rounds)";
        }
        return isBelowNoise()
                ? "below the noise (±" + Words.milliseconds(Math.max(spread, -median)) + ")"
                : Words.milliseconds(median) + " ±" + Words.milliseconds(spread);
    }
}
