package org.limelm.annotate.internal.classifier;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * A linear classifier of OpenNLP, a perceptron or a maximum entropy model, with its weights in flat
 * arrays. The outcome with the highest sum of weights is the most probable one. Immutable, shared
 * by all threads. N is the number of outcomes.
 */
public final class LinearModel {
    private static final int HALF = 32; // bits of a long

    /** By feature, where its weights begin, and in the lower half where they end. */
    private final FeatureTable features;

    private final long[]
            weights; // in the upper half an outcome, in the lower one its weight's bits
    private final List<String> outcomes;

    private LinearModel(FeatureTable features, long[] weights, List<String> outcomes) {
        this.features = features;
        this.weights = weights;
        this.outcomes = outcomes;
    }

    /**
     * Reads a model that OpenNLP's {@code BinaryGISModelWriter} or {@code
     * BinaryPerceptronModelWriter} wrote.
     *
     * @param in uncompressed; best buffered
     * @throws IOException if it is of another type, or malformed
     */
    public static LinearModel read(InputStream in) throws IOException {
        return new ClassifierReader(in).read();
    }

    /** A model of which one weight after another is known, feature by feature. */
    static final class Builder {
        private final List<String> outcomes;
        private final long[] hashes;
        private final long[] ranges;
        private final long[] weights;
        private int features;
        private int start;
        private int end;

        /**
         * Begins a model.
         *
         * @param hashes of all features
         * @param weights number of weights of all features together
         */
        Builder(List<String> outcomes, long[] hashes, int weights) {
            this.outcomes = outcomes;
            this.hashes = hashes;
            this.ranges = new long[hashes.length];
            this.weights = new long[weights];
        }

        /** Adds a weight of the current feature. */
        void weight(int outcome, float weight) {
            weights[end++] = pair(outcome, Float.floatToRawIntBits(weight));
        }

        /** Ends the current feature. */
        void endFeature() {
            ranges[features++] = pair(start, end);
            start = end;
        }

        /**
         * Returns the model.
         *
         * @throws IOException if two features have the same hash
         */
        LinearModel build() throws IOException {
            return new LinearModel(new FeatureTable(hashes, ranges), weights, outcomes);
        }

        private static long pair(int upper, int lower) {
            return (long) upper << HALF | Integer.toUnsignedLong(lower);
        }
    }

    /** Returns the names of the outcomes, N. */
    public List<String> outcomes() {
        return outcomes;
    }

    /**
     * Adds the weights of several features, unknown ones excepted, faster than one by one: what is
     * read from memory is requested at the same time.
     *
     * @param hashes of features
     * @param ranges working space, at least as long as {@code hashes}
     * @param places working space, at least as long as {@code hashes}
     * @param count number of features
     * @param sums N
     */
    void add(long[] hashes, long[] ranges, int[] places, int count, float[] sums) {
        features.get(hashes, ranges, places, count);
        for (int i = 0; i < count; i++) {
            int end = (int) ranges[i];
            for (int at = (int) (ranges[i] >>> HALF); at < end; at++) {
                long weight = weights[at];
                sums[(int) (weight >>> HALF)] += Float.intBitsToFloat((int) weight);
            }
        }
    }
}
