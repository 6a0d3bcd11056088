package org.limelm.annotate.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Supplier;
import opennlp.tools.ml.model.AbstractModel;
import opennlp.tools.ml.model.Context;
import opennlp.tools.ml.perceptron.PerceptronModel;
import org.limelm.annotate.internal.classifier.Classification;
import org.limelm.annotate.internal.classifier.Feature;
import org.limelm.annotate.internal.words.TagTransitions;
import org.limelm.annotate.internal.words.TagTransitions.Kind;
import org.limelm.core.LimeException;

/**
 * Learns a linear classifier of decisions, each of which sees the previous ones: an averaged
 * perceptron (Collins, 2002, Discriminative training methods for hidden Markov models). During
 * training, a decision sees what the learner decided before rather than the gold tags, so that the
 * classifier knows its own errors.
 *
 * @param <S> items of training data, such as sentences
 */
final class SequencePerceptron<S> {
    private static final long SEED = 1;

    /** Weights are rounded to multiples of this, which makes model files smaller. */
    private static final double QUANTUM = 1.0 / 32;

    /** Receives the decisions of a walk: first the features of a decision, then its gold tag. */
    interface Decisions extends Consumer<Feature> {
        /**
         * Ends a decision.
         *
         * @param gold the gold tag; may be ambiguous, see {@link GoldTags}
         * @param previous the tag of the previous decision, after which some tags are impossible
         * @return the tag that later decisions see
         */
        String decide(String gold, String previous);
    }

    /**
     * Traverses items in the way an annotator does.
     *
     * @param <S> items
     */
    interface Walk<S> {
        /** Makes the decisions of an item. */
        void accept(S item, Decisions decisions);
    }

    /**
     * The learner's settings.
     *
     * @param kind the kind of tags
     * @param iterations passes over the data
     * @param cutoff minimum number of occurrences of a feature
     * @param orders number of orders of the training data, each for a perceptron of its own; the
     *     classifier is their mean, which depends less on the order than each of them
     */
    record Settings(Kind kind, int iterations, int cutoff, int orders) {
        String description() {
            String one = "averaged perceptron, " + iterations + " iterations, cutoff " + cutoff;
            return orders == 1 ? one : one + ", mean of " + orders;
        }
    }

    private final List<List<S>> documents;
    private final Supplier<Walk<S>> walks;
    private final Settings settings;
    private final Consumer<String> listener;
    private final FeatureRows rows = new FeatureRows();
    private final List<String> tags = new ArrayList<>();

    /**
     * Creates a learner.
     *
     * @param documents kept together, but in a random order
     * @param walks creates a new walk
     * @param listener receives a line per iteration
     */
    SequencePerceptron(
            List<List<S>> documents,
            Supplier<Walk<S>> walks,
            Settings settings,
            Consumer<String> listener) {
        this.documents = documents;
        this.walks = walks;
        this.settings = settings;
        this.listener = listener;
    }

    /**
     * Returns a trained classifier.
     *
     * @throws LimeException if there are no decisions, or all have the same tag
     */
    AbstractModel train() {
        walk(documents, new Counter());
        if (tags.size() < 2) {
            throw new LimeException(
                    "[annotator train] a classifier needs examples of at least two tags, found %s. Hint: use more training data"
                            .formatted(tags));
        }
        rows.keepFrequent(settings.cutoff());
        walk(documents, new Collector());
        float[] sum = new Learner(0).averages();
        for (int i = 1; i < settings.orders(); i++) {
            float[] averages = new Learner(i).averages();
            for (int j = 0; j < sum.length; j++) {
                sum[j] += averages[j];
            }
        }
        return model(sum);
    }

    private void walk(List<List<S>> order, Decisions decisions) {
        Walk<S> walk = walks.get();
        for (List<S> document : order) {
            document.forEach(item -> walk.accept(item, decisions));
        }
    }

    /** Counts features and collects tags. */
    private final class Counter implements Decisions {
        @Override
        public void accept(Feature feature) {
            rows.count(feature);
        }

        @Override
        public String decide(String gold, String previous) {
            if (!GoldTags.isAmbiguous(gold) && !tags.contains(gold)) {
                tags.add(gold);
            }
            return GoldTags.first(gold);
        }
    }

    /** Assigns rows to frequent features. */
    private final class Collector implements Decisions {
        @Override
        public void accept(Feature feature) {
            rows.add(feature);
        }

        @Override
        public String decide(String gold, String previous) {
            return GoldTags.first(gold);
        }
    }

    /** Learns from its errors. */
    private final class Learner implements Decisions {
        private final int order;
        private final int n = tags.size();
        private final GoldTags goldTags = new GoldTags(tags);
        private final TagTransitions transitions = new TagTransitions(tags, settings.kind());
        private final float[] weights;
        private final float[] sums; // of updates, each times the number of decisions before it
        private final float[] scores = new float[n];
        private final int[] features = new int[Classification.MAX_FEATURES];
        private int size;
        private long before = 1; // decisions before the current one, in all iterations
        private long decisions;
        private long wrong;

        Learner(int order) {
            this.order = order;
            long count = (long) rows.texts().size() * n;
            if (count > Integer.MAX_VALUE - 8) {
                throw new LimeException(
                        "[annotator train] %,d features with %d tags are too many. Hint: use less training data"
                                .formatted(rows.texts().size(), n));
            }
            weights = new float[(int) count];
            sums = new float[(int) count];
        }

        @Override
        public void accept(Feature feature) {
            int row = rows.row(feature);
            if (row != FeatureRows.NONE) {
                features[size++] = row * n;
            }
        }

        @Override
        public String decide(String gold, String previous) {
            boolean[] allowed = transitions.after(previous);
            boolean[] right = goldTags.of(gold);
            score();
            int best = best(allowed, allowed);
            if (!right[best]) {
                wrong++;
                int better = best(allowed, right);
                if (better >= 0) { // otherwise no right tag may follow the earlier decisions
                    update(better, 1);
                    update(best, -1);
                }
            }
            decisions++;
            before++;
            size = 0;
            return tags.get(best);
        }

        private void score() {
            Arrays.fill(scores, 0);
            for (int i = 0; i < size; i++) {
                int row = features[i];
                for (int t = 0; t < n; t++) {
                    scores[t] += weights[row + t];
                }
            }
        }

        /** Returns the best tag that is in both sets, or -1. */
        private int best(boolean[] allowed, boolean[] right) {
            int best = -1;
            for (int t = 0; t < n; t++) {
                if (allowed[t] && right[t] && (best < 0 || scores[t] > scores[best])) {
                    best = t;
                }
            }
            return best;
        }

        private void update(int tag, float by) {
            for (int i = 0; i < size; i++) {
                weights[features[i] + tag] += by;
                sums[features[i] + tag] += by * before;
            }
        }

        /** Learns and returns the averages of all weights that the learner had. */
        float[] averages() {
            int all = settings.iterations() * settings.orders();
            for (int i = 0; i < settings.iterations(); i++) {
                int iteration = order * settings.iterations() + i;
                List<List<S>> shuffled = new ArrayList<>(documents);
                Collections.shuffle(shuffled, new Random(SEED + iteration));
                decisions = 0;
                wrong = 0;
                walk(shuffled, this);
                listener.accept(
                        String.format(
                                Locale.ROOT,
                                "  iteration %d of %d: %.2f %% of %,d decisions wrong",
                                iteration + 1,
                                all,
                                100.0 * wrong / Math.max(1, decisions),
                                decisions));
            }
            for (int i = 0; i < weights.length; i++) {
                weights[i] -= (float) ((double) sums[i] / before);
            }
            return weights;
        }
    }

    /** Returns the classifier with the sums of the averages of all orders. */
    private AbstractModel model(float[] sum) {
        int n = tags.size();
        List<Context> contexts = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        for (int row = 0; row < rows.texts().size(); row++) {
            int[] outcomes = new int[n];
            double[] averages = new double[n];
            int used = 0;
            for (int t = 0; t < n; t++) {
                double average = (double) sum[row * n + t] / settings.orders();
                averages[used] = Math.rint(average / QUANTUM) * QUANTUM;
                outcomes[used] = t;
                used += averages[used] != 0 ? 1 : 0;
            }
            if (used > 0) {
                contexts.add(
                        new Context(Arrays.copyOf(outcomes, used), Arrays.copyOf(averages, used)));
                texts.add(rows.texts().get(row));
            }
        }
        if (contexts.isEmpty()) {
            throw new LimeException(
                    "[annotator train] no feature occurs %d times. Hint: use more training data"
                            .formatted(settings.cutoff()));
        }
        return new PerceptronModel(
                contexts.toArray(Context[]::new),
                texts.toArray(String[]::new),
                tags.toArray(String[]::new));
    }
}
