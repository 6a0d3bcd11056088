package org.limelm.train.bench;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/** A series of measured values. */
final class Samples {
    private final double[] values;

    /** Copies the values; at least one is required. */
    Samples(double... values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("no samples");
        }
        this.values = values.clone();
    }

    double get(int index) {
        return values[index];
    }

    /** Applies a function to every value. */
    Samples map(DoubleUnaryOperator function) {
        return new Samples(Arrays.stream(values).map(function).toArray());
    }

    /** Returns the element-wise quotients of these and other values. */
    Samples per(Samples others) {
        double[] ratios = new double[values.length];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = values[i] / others.values[i];
        }
        return new Samples(ratios);
    }

    double median() {
        return quantile(0.5);
    }

    /**
     * Returns half the width of an approximate 95 % confidence interval of the median: 1.57 times
     * the interquartile range, divided by the square root of the number of samples (McGill, Tukey
     * and Larsen 1978).
     */
    double error() {
        return 1.57 * (quantile(0.75) - quantile(0.25)) / Math.sqrt(values.length);
    }

    /** Returns a quantile by linear interpolation at rank q · (n - 1). */
    private double quantile(double q) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        double rank = q * (sorted.length - 1);
        int below = (int) rank;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (rank - below) * (sorted[above] - sorted[below]);
    }

    double lowest() {
        return Arrays.stream(values).min().orElseThrow();
    }

    double highest() {
        return Arrays.stream(values).max().orElseThrow();
    }
}
