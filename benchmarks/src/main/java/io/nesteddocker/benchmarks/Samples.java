package io.nesteddocker.benchmarks;

import java.util.List;

/**
 * Measurements of one thing.
 *
 * @param values at least one value, in the order of measurement
 */
record Samples(List<Double> values) {

    Samples {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("Tried to describe zero measurements; measure at least once.");
        }
        values = List.copyOf(values);
    }

    /** Returns the median; for an even number of values, this is the mean of the two in the middle. */
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

    /** Returns the median of the distances from the median; outliers have little effect on it. */
    double typicalDeviation() {
        double middle = median();
        return new Samples(
                        values.stream().map(value -> Math.abs(value - middle)).toList())
                .median();
    }

    /** Returns the ratio of this median to the other median. */
    double ratioTo(Samples other) {
        if (other.median() == 0) {
            throw new ArithmeticException(
                    "Tried to divide by a median of zero, which means that the measured action took no time.");
        }
        return median() / other.median();
    }
}
