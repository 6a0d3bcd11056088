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
    /** The id of a feature that the model does not know; adding it changes nothing. */
    public static final int NONE = FeatureTable.NONE;

    private final FeatureTable features;
    private final int[] starts; // weights of the feature in slot s: starts[s] to starts[s + 1]
    private final short[] outcomeOf;
    private final float[] weights;
    private final List<String> outcomes;

    private LinearModel(Map<?, ?> contexts, List<String> outcomes) {
        List<String> texts = new ArrayList<>(contexts.size());
        int total = 0;
        for (Map.Entry<?, ?> entry : contexts.entrySet()) {
            texts.add((String) entry.getKey());
            total += ((Context) entry.getValue()).getOutcomes().length;
        }
        features = new FeatureTable(texts);
        Context[] bySlot = new Context[features.size()];
        Feature feature = new Feature();
        contexts.forEach(
                (text, context) ->
                        bySlot[features.find(feature.of(Form.of((String) text)).hash())] =
                                (Context) context);
        starts = new int[features.size() + 1];
        outcomeOf = new short[total];
        weights = new float[total];
        int at = 0;
        for (int slot = 0; slot < bySlot.length; slot++) {
            if (bySlot[slot] != null) {
                int[] contextOutcomes = bySlot[slot].getOutcomes();
                for (int i = 0; i < contextOutcomes.length; i++) {
                    outcomeOf[at] = (short) contextOutcomes[i];
                    weights[at++] = (float) bySlot[slot].getParameters()[i];
                }
            }
            starts[slot + 1] = at;
        }
        this.outcomes = outcomes;
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

    /** Returns the id of a feature, or {@link #NONE} if the model does not know it. */
    public int find(Feature feature) {
        return features.find(feature.hash());
    }

    /**
     * Replaces the hashes of features by their ids, faster than one by one: what is read from
     * memory is requested at the same time.
     *
     * @param count number of features
     */
    void find(long[] hashes, int[] ids, int count) {
        features.find(hashes, ids, count);
    }

    /**
     * Adds the weights of a feature.
     *
     * @param sums N
     */
    public void add(int feature, float[] sums) {
        if (feature >= 0) {
            int end = starts[feature + 1];
            for (int i = starts[feature]; i < end; i++) {
                sums[outcomeOf[i]] += weights[i];
            }
        }
    }
}
