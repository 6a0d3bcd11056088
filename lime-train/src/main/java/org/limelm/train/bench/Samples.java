package org.limelm.train.bench;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/** Numbers measured one after the other. */
final class Samples {
    private final double[] values;

    /** Holds at least one number. */
    Samples(double... values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("no samples");
        }
        this.values = values.clone();
    }

    double get(int index) {
        return values[index];
    }

    /** Returns what becomes of every number. */
    Samples map(DoubleUnaryOperator function) {
        return new Samples(Arrays.stream(values).map(function).toArray());
    }

    /** Returns this divided by others, number by number. */
    Samples per(Samples others) {
        double[] ratios = new double[values.length];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = values[i] / others.values[i];
        }
        return new Samples(ratios);
    }

    double median() {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    double lowest() {
        return Arrays.stream(values).min().orElseThrow();
    }

    double highest() {
        return Arrays.stream(values).max().orElseThrow();
    }
}
