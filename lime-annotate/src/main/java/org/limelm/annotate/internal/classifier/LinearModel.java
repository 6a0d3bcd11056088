package org.limelm.annotate.internal.classifier;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import opennlp.tools.ml.model.AbstractModel;
import opennlp.tools.ml.model.AbstractModel.ModelType;
import opennlp.tools.ml.model.Context;
import opennlp.tools.ml.model.MaxentModel;

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

    private LinearModel(Map<?, ?> contexts, List<String> outcomes) {
        List<String> texts = new ArrayList<>(contexts.size());
        int total = 0;
        for (Object context : contexts.values()) {
            total += ((Context) context).getOutcomes().length;
        }
        weights = new long[total];
        long[] ranges = new long[contexts.size()];
        int end = 0;
        for (Map.Entry<?, ?> entry : contexts.entrySet()) {
            int start = end;
            Context context = (Context) entry.getValue();
            for (int i = 0; i < context.getOutcomes().length; i++) {
                int bits = Float.floatToRawIntBits((float) context.getParameters()[i]);
                weights[end++] = pair(context.getOutcomes()[i], bits);
            }
            ranges[texts.size()] = pair(start, end);
            texts.add((String) entry.getKey());
        }
        features = new FeatureTable(texts, ranges);
        this.outcomes = outcomes;
    }

    private static long pair(int upper, int lower) {
        return (long) upper << HALF | Integer.toUnsignedLong(lower);
    }

    /** Returns a model with flat weights; empty if it is of another type. */
    public static Optional<LinearModel> of(MaxentModel model) {
        if (!(model instanceof AbstractModel known)
                || (known.getModelType() != ModelType.Perceptron
                        && known.getModelType() != ModelType.Maxent)
                || known.getNumOutcomes() > Short.MAX_VALUE) {
            return Optional.empty();
        }
        Object[] data = known.getDataStructures();
        return Optional.of(new LinearModel((Map<?, ?>) data[1], List.of((String[]) data[2])));
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
