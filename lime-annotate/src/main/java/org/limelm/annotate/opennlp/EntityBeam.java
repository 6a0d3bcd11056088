package org.limelm.annotate.opennlp;

import java.util.Arrays;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;
import org.limelm.annotate.internal.classifier.Feature;
import org.limelm.annotate.internal.classifier.Form;
import org.limelm.annotate.internal.classifier.LinearModel;
import org.limelm.core.LimeException;

/**
 * The beam search of OpenNLP for entities: the same sequences in the same order, ties included. At
 * each word, the outcomes of a sequence that are among its most probable ones, as many as the beam
 * is wide, extend it. For use by one thread.
 */
final class EntityBeam {
    /** A worse sequence is dropped, as in OpenNLP. */
    private static final double LOWEST_SCORE = -100_000;

    /** A sequence of outcomes, as its last one and what precedes it. */
    private record Sequence(@Nullable Sequence before, int outcome, double score)
            implements Comparable<Sequence> {
        /** The best sequence comes first. */
        @Override
        public int compareTo(Sequence that) {
            return Double.compare(that.score, score);
        }
    }

    private final EntityModel model;
    private final LinearModel scores;
    private final Feature feature = new Feature();
    private final double[][] probabilities; // (beam, N)
    private final int[] last; // the outcomes that probabilities were computed for
    private final int[] secondLast;
    private final double[] highest;
    private PriorityQueue<Sequence> sequences;
    private PriorityQueue<Sequence> extended;

    EntityBeam(EntityModel model) {
        this.model = model;
        this.scores = model.scores();
        int width = model.beamSize();
        this.probabilities = new double[width][scores.outcomes().size()];
        this.last = new int[width];
        this.secondLast = new int[width];
        this.highest = new double[width];
        this.sequences = new PriorityQueue<>(width);
        this.extended = new PriorityQueue<>(width);
    }

    /** Begins a sentence. */
    void start() {
        sequences.clear();
        sequences.add(new Sequence(null, -1, 0));
    }

    /**
     * Extends the sequences by a word.
     *
     * @param sums the scores of the outcomes without the features of the previous two, N
     * @param word the word
     * @param wordClass its class
     */
    void extend(double[] sums, Form word, int wordClass) {
        int count = Math.min(model.beamSize(), sequences.size());
        for (int s = 0; s < count; s++) {
            Sequence sequence = sequences.remove();
            last[s] = outcome(sequence);
            secondLast[s] = outcome(sequence.before);
            extend(sequence, evaluated(s, sums, word, wordClass));
        }
        sequences.clear();
        PriorityQueue<Sequence> empty = sequences;
        sequences = extended;
        extended = empty;
    }

    private int outcome(@Nullable Sequence sequence) {
        return sequence == null || sequence.outcome < 0 ? model.other() : sequence.outcome;
    }

    /** Returns the probabilities after the outcomes of a sequence, those of a twin if possible. */
    private double[] evaluated(int sequence, double[] sums, Form word, int wordClass) {
        for (int twin = 0; twin < sequence; twin++) {
            if (last[twin] == last[sequence] && secondLast[twin] == secondLast[sequence]) {
                System.arraycopy(probabilities[twin], 0, probabilities[sequence], 0, sums.length);
                return probabilities[sequence];
            }
        }
        double[] result = probabilities[sequence];
        System.arraycopy(sums, 0, result, 0, sums.length);
        model.addPrevious(last[sequence], secondLast[sequence], word, wordClass, feature, result);
        scores.normalize(result);
        return result;
    }

    private void extend(Sequence sequence, double[] probability) {
        boolean[] allowed = model.mayFollow(sequence.outcome);
        double threshold = threshold(probability);
        for (int i = 0; i < probability.length; i++) {
            if (probability[i] >= threshold && allowed[i]) {
                add(sequence, i, probability[i]);
            }
        }
        if (extended.isEmpty()) {
            for (int i = 0; i < probability.length; i++) {
                if (allowed[i]) {
                    add(sequence, i, probability[i]);
                }
            }
        }
    }

    private void add(Sequence sequence, int outcome, double probability) {
        double score = sequence.score + StrictMath.log(probability);
        if (score > LOWEST_SCORE) {
            extended.add(new Sequence(sequence, outcome, score));
        }
    }

    /** Returns the lowest of the highest probabilities, as many as the beam is wide. */
    private double threshold(double[] probability) {
        Arrays.fill(highest, Double.NEGATIVE_INFINITY);
        int lowest = highest.length - 1;
        for (double value : probability) {
            if (value > highest[lowest]) {
                int at = lowest;
                while (at > 0 && highest[at - 1] < value) {
                    highest[at] = highest[at - 1];
                    at--;
                }
                highest[at] = value;
            }
        }
        return highest[lowest];
    }

    /** Returns the outcomes of the best sequence. */
    int[] best(int words) {
        Sequence sequence = sequences.peek();
        if (sequence == null) {
            throw new LimeException(
                    "[annotator] no sequence of entity tags for a sentence of "
                            + words
                            + " words. Hint: split it");
        }
        int[] outcomes = new int[words];
        for (int i = words - 1; i >= 0; i--) {
            outcomes[i] = sequence.outcome;
            sequence = sequence.before == null ? sequence : sequence.before;
        }
        return outcomes;
    }
}
