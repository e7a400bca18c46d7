package io.nesteddocker.benchmarks;

import java.util.List;

/**
 * Measurements of one thing.
 *
 * @param values at least one, in the order in which they were taken
 */
record Samples(List<Double> values) {

    Samples {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("Tried to describe no measurements at all; measure at least once.");
        }
        values = List.copyOf(values);
    }

    /** The value in the middle; of an even number the mean of the two in the middle. */
    double median() {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    double min() {
        return values.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    }

    double max() {
        return values.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
    }

    /** The median of the distances from the median, which outliers do not move. */
    double typicalDeviation() {
        double middle = median();
        return new Samples(
                        values.stream().map(value -> Math.abs(value - middle)).toList())
                .median();
    }

    /** How many times the other's median this one's median is. */
    double ratioTo(Samples other) {
        if (other.median() == 0) {
            throw new ArithmeticException(
                    "Tried to compare with a median of zero; what was measured there took no time.");
        }
        return median() / other.median();
    }
}
