package org.limelm.train.compare;

import java.util.List;
import java.util.OptionalDouble;

/**
 * A figure over the seeds of a comparison.
 *
 * @param mean mean over the seeds
 * @param standardDeviation sample standard deviation (n − 1); empty for one seed
 * @param minimum the smallest value
 * @param maximum the largest value
 * @param bySeed the values in the order of the seeds
 */
public record Spread(
        double mean,
        OptionalDouble standardDeviation,
        double minimum,
        double maximum,
        List<Double> bySeed) {
    /** Copies the values. */
    public Spread {
        bySeed = List.copyOf(bySeed);
    }

    /**
     * Returns the spread of values.
     *
     * @throws IllegalArgumentException if there are none
     */
    public static Spread of(List<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("no values");
        }
        double mean = values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
        double squares = values.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum();
        int n = values.size();
        return new Spread(
                mean,
                n < 2 ? OptionalDouble.empty() : OptionalDouble.of(Math.sqrt(squares / (n - 1))),
                values.stream().mapToDouble(Double::doubleValue).min().orElseThrow(),
                values.stream().mapToDouble(Double::doubleValue).max().orElseThrow(),
                values);
    }
}
