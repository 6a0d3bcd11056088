package org.limelm.annotate.internal.classifier;

import java.util.Arrays;
import java.util.function.Consumer;

/**
 * The evaluation of a classifier for one thread: {@link #clear}, then {@link #accept} each feature
 * and {@link #add} sums of known ones, then ask for the best outcome. N is the number of outcomes.
 */
public final class Classification implements Consumer<Feature> {
    /** Upper bound of the number of features of a decision. */
    public static final int MAX_FEATURES = 64;

    private final LinearModel model;
    private final long[] hashes = new long[MAX_FEATURES];
    private final long[] ranges = new long[MAX_FEATURES];
    private final int[] places = new int[MAX_FEATURES];
    private final float[] sums;
    private int size;

    /** Creates an evaluation without features. */
    public Classification(LinearModel model) {
        this.model = model;
        this.sums = new float[model.outcomes().size()];
    }

    /** Removes all features. */
    public void clear() {
        size = 0;
        Arrays.fill(sums, 0);
    }

    /**
     * Adds the sums of the weights of several features, N.
     *
     * @param weights is not modified
     */
    public void add(float[] weights) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += weights[i];
        }
    }

    /** Returns the sums of the weights of all features, N. */
    public float[] sums() {
        sum();
        return sums.clone();
    }

    /** Adds a feature; unknown ones are ignored. */
    @Override
    public void accept(Feature feature) {
        hashes[size++] = feature.hash();
    }

    /** Returns the first outcome with the highest score. */
    public String best() {
        sum();
        int best = 0;
        for (int i = 1; i < sums.length; i++) {
            best = sums[i] > sums[best] ? i : best;
        }
        return model.outcomes().get(best);
    }

    /**
     * Returns the first outcome with the highest score among those that are allowed.
     *
     * @param allowed N, at least one of them
     */
    public int best(boolean[] allowed) {
        sum();
        int best = -1;
        for (int i = 0; i < sums.length; i++) {
            if (allowed[i] && (best < 0 || sums[i] > sums[best])) {
                best = i;
            }
        }
        return best;
    }

    private void sum() {
        model.add(hashes, ranges, places, size, sums);
        size = 0;
    }
}
