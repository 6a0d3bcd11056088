package org.limelm.annotate.internal.classifier;

import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The evaluation of a classifier for one thread: {@link #clear}, then {@link #accept} each feature,
 * then ask for the best outcome.
 */
public final class Classification implements Consumer<Feature> {
    private static final int MAX_FEATURES = 64;

    private final LinearModel model;
    private final long[] hashes = new long[MAX_FEATURES];
    private final int[] ids = new int[MAX_FEATURES];
    private final double[] sums;
    private int size;

    /** Creates an evaluation without features. */
    public Classification(LinearModel model) {
        this.model = model;
        this.sums = new double[model.outcomes().size()];
    }

    /** Removes all features. */
    public void clear() {
        size = 0;
    }

    /** Adds a feature; unknown ones are ignored. */
    @Override
    public void accept(Feature feature) {
        hashes[size++] = feature.hash();
    }

    /** Returns the first outcome with the highest probability. */
    public String best() {
        sum();
        int best = model.certainBest(sums);
        return best != LinearModel.NONE
                ? model.outcomes().get(best)
                : mostProbable(outcome -> true, model.outcomes().get(0));
    }

    /**
     * Returns the first outcome with the highest probability among those that are allowed.
     *
     * @param otherwise returned if none is
     */
    public String best(Predicate<String> allowed, String otherwise) {
        sum();
        return mostProbable(allowed, otherwise);
    }

    private void sum() {
        model.find(hashes, ids, size);
        model.clear(sums);
        for (int i = 0; i < size; i++) {
            model.add(ids[i], sums);
        }
    }

    private String mostProbable(Predicate<String> allowed, String otherwise) {
        model.normalize(sums);
        String best = otherwise;
        double highest = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < sums.length; i++) {
            String outcome = model.outcomes().get(i);
            if (sums[i] > highest && allowed.test(outcome)) {
                best = outcome;
                highest = sums[i];
            }
        }
        return best;
    }
}
