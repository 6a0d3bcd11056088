package org.limelm.annotate.internal.classifier;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import opennlp.tools.ml.model.AbstractModel;
import opennlp.tools.ml.model.AbstractModel.ModelType;
import opennlp.tools.ml.model.Context;
import opennlp.tools.ml.model.MaxentModel;

/**
 * A linear classifier of OpenNLP, a perceptron or a maximum entropy model, with its weights in flat
 * arrays. Gives OpenNLP's outcomes: sums are added in the order of the features, and probabilities
 * are computed with the same operations. Immutable, shared by all threads.
 *
 * <p>To classify: {@link #clear} an array of sums, {@link #add} the features, and ask for the
 * {@link #certainBest} outcome or, if rounding may decide, {@link #normalize} the sums. N is the
 * number of outcomes.
 */
public final class LinearModel {
    /** The id of a feature that the model does not know; adding it changes nothing. */
    public static final int NONE = FeatureTable.NONE;

    /**
     * Outcomes whose log-probabilities differ by more than this, about 10⁹ times the rounding error
     * of a probability, have the same order before and after rounding.
     */
    public static final double CERTAIN = 1e-7;

    /**
     * Coefficients of the exponential series, from the highest; the rest is below 1e-12 on [-1, 1].
     */
    private static final double[] SERIES = series(15);

    private final FeatureTable features;
    private final int[] starts; // weights of the feature in slot s: starts[s] to starts[s + 1]
    private final short[] outcomeOf;
    private final double[] weights;
    private final List<String> outcomes;
    private final boolean perceptron;
    private final double prior;

    private LinearModel(Map<?, ?> contexts, List<String> outcomes, boolean perceptron) {
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
        weights = new double[total];
        int at = 0;
        for (int slot = 0; slot < bySlot.length; slot++) {
            if (bySlot[slot] != null) {
                int[] contextOutcomes = bySlot[slot].getOutcomes();
                for (int i = 0; i < contextOutcomes.length; i++) {
                    outcomeOf[at] = (short) contextOutcomes[i];
                    weights[at++] = bySlot[slot].getParameters()[i];
                }
            }
            starts[slot + 1] = at;
        }
        this.outcomes = outcomes;
        this.perceptron = perceptron;
        this.prior = perceptron ? 0 : StrictMath.log(1.0 / outcomes.size());
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
        return Optional.of(
                new LinearModel(
                        (Map<?, ?>) data[1],
                        List.of((String[]) data[2]),
                        known.getModelType() == ModelType.Perceptron));
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

    /** Begins an evaluation: sets the sums of all outcomes to the prior. */
    public void clear(double[] sums) {
        Arrays.fill(sums, prior);
    }

    /** Adds the weights of a feature. */
    public void add(int feature, double[] sums) {
        if (feature >= 0) {
            int end = starts[feature + 1];
            for (int i = starts[feature]; i < end; i++) {
                sums[outcomeOf[i]] += weights[i];
            }
        }
    }

    /**
     * Returns the outcome with the highest sum, or {@link #NONE} if rounding might decide between
     * it and another.
     *
     * @param sums N
     */
    public int certainBest(double[] sums) {
        int best = 0;
        double second = Double.NEGATIVE_INFINITY;
        double largest = 1;
        for (int i = 0; i < sums.length; i++) {
            largest = Math.max(largest, Math.abs(sums[i]));
            if (i > 0 && sums[i] > sums[best]) {
                second = sums[best];
                best = i;
            } else if (i > 0) {
                second = Math.max(second, sums[i]);
            }
        }
        double scale = perceptron ? largest : 1;
        return sums[best] - second > CERTAIN * scale ? best : NONE;
    }

    /** Returns what sums are divided by before the exponential. */
    public double scale(double[] sums) {
        double scale = 1;
        if (perceptron) {
            for (double sum : sums) {
                scale = Math.max(scale, Math.abs(sum));
            }
        }
        return scale;
    }

    /**
     * Returns the logarithm of what probabilities are divided by, with an error below 1e-11: {@code
     * sums[i] / scale} minus this is a log-probability.
     *
     * @param sums N
     * @param scale {@link #scale} of the sums
     * @param work N; overwritten
     */
    public double logTotal(double[] sums, double scale, double[] work) {
        if (!perceptron) {
            double total = 0;
            for (double sum : sums) {
                total += Math.exp(sum);
            }
            return Math.log(total);
        }
        double inverse = 1 / scale;
        double[] c = SERIES;
        for (int i = 0; i < work.length; i++) { // one loop without branches: it is vectorized
            double x = sums[i] * inverse;
            double y = c[0] * x + c[1];
            y = y * x + c[2];
            y = y * x + c[3];
            y = y * x + c[4];
            y = y * x + c[5];
            y = y * x + c[6];
            y = y * x + c[7];
            y = y * x + c[8];
            y = y * x + c[9];
            y = y * x + c[10];
            y = y * x + c[11];
            y = y * x + c[12];
            y = y * x + c[13];
            y = y * x + c[14];
            work[i] = y * x + c[15];
        }
        double total = 0;
        for (double value : work) {
            total += value;
        }
        return Math.log(total);
    }

    private static double[] series(int degree) {
        double[] coefficients = new double[degree + 1];
        double factorial = 1;
        for (int n = 0; n <= degree; n++) {
            factorial *= Math.max(1, n);
            coefficients[degree - n] = 1 / factorial;
        }
        return coefficients;
    }

    /**
     * Replaces sums by probabilities, with the operations and in the order of OpenNLP.
     *
     * @param sums N
     */
    public void normalize(double[] sums) {
        double scale = scale(sums);
        double total = 0;
        for (int i = 0; i < sums.length; i++) {
            sums[i] = StrictMath.exp(sums[i] / scale);
            total += sums[i];
        }
        for (int i = 0; i < sums.length; i++) {
            sums[i] /= total;
        }
    }
}
