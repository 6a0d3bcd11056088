package org.limelm.annotate.opennlp;

import java.util.Arrays;
import org.limelm.annotate.internal.classifier.Feature;
import org.limelm.annotate.internal.classifier.Form;
import org.limelm.annotate.internal.classifier.LinearModel;

/**
 * The beam search of {@link EntityBeam} with approximate logarithms, about ten times as fast. It
 * gives up where the order of two sequences or outcomes is so close that rounding might decide it,
 * so that its result, if there is one, is that of the exact search. For use by one thread.
 */
final class FastEntityBeam {
    private final EntityModel model;
    private final LinearModel scores;
    private final Feature feature = new Feature();
    private final int width;
    private final double[] sums; // N
    private final double[] work; // N
    private final double[] top; // width: the highest sums

    // the sequences of the beam, best first, and the candidates that extend them: width + 1 of
    // each,
    // because the best one that is dropped must be clearly worse than the last one that is kept
    private Sequences kept;
    private Sequences next;
    private int[] history = new int[0]; // (words, width): predecessor · N + outcome

    /** A list of sequences, best first. */
    private static final class Sequences {
        private final double[] score;
        private final int[] last;
        private final int[] secondLast;
        private final int[] step;
        private final boolean[] certain; // whether the exact search has it, too
        private int size;

        Sequences(int capacity) {
            score = new double[capacity];
            last = new int[capacity];
            secondLast = new int[capacity];
            step = new int[capacity];
            certain = new boolean[capacity];
        }

        /** Inserts a sequence; the worst one is dropped if the list is full. */
        void add(double newScore, int newLast, int newSecondLast, int newStep, boolean isCertain) {
            if (size == score.length && newScore <= score[size - 1]) {
                return;
            }
            int at = size < score.length ? size++ : size - 1;
            while (at > 0 && score[at - 1] < newScore) {
                score[at] = score[at - 1];
                last[at] = last[at - 1];
                secondLast[at] = secondLast[at - 1];
                step[at] = step[at - 1];
                certain[at] = certain[at - 1];
                at--;
            }
            score[at] = newScore;
            last[at] = newLast;
            secondLast[at] = newSecondLast;
            step[at] = newStep;
            certain[at] = isCertain;
        }

        /** Returns whether a score is clearly higher than the next one, if there is one. */
        boolean isClear(int index) {
            return index + 1 >= size || score[index] - score[index + 1] > LinearModel.CERTAIN;
        }
    }

    FastEntityBeam(EntityModel model) {
        this.model = model;
        this.scores = model.scores();
        this.width = model.beamSize();
        int n = scores.outcomes().size();
        this.sums = new double[n];
        this.work = new double[n];
        this.top = new double[width];
        this.kept = new Sequences(width + 1);
        this.next = new Sequences(width + 1);
    }

    /** Begins a sentence. */
    void start(int words) {
        kept.size = 0;
        kept.add(0, -1, -1, 0, true);
        if (history.length < words * width) {
            history = new int[Math.max(words * width, 2 * history.length)];
        }
    }

    /**
     * Extends the sequences by a word; returns false if rounding might decide which are the best.
     *
     * @param index of the word in the sentence
     * @param shared the scores of the outcomes without the features of the previous two, N
     * @param word the word
     * @param wordClass its class
     */
    boolean extend(int index, double[] shared, Form word, int wordClass) {
        next.size = 0;
        int count = Math.min(width, kept.size);
        for (int s = 0; s < count; s++) {
            if (!extendOne(s, shared, word, wordClass)) {
                return false;
            }
        }
        if (!next.isClear(width - 1)) {
            return false;
        }
        for (int s = 0; s < Math.min(width, next.size); s++) {
            if (!next.certain[s]) {
                return false;
            }
            history[index * width + s] = next.step[s];
        }
        Sequences free = kept;
        kept = next;
        next = free;
        return true;
    }

    private boolean extendOne(int sequence, double[] shared, Form word, int wordClass) {
        int last = kept.last[sequence];
        int before = last < 0 ? model.other() : last;
        int secondBefore =
                kept.secondLast[sequence] < 0 ? model.other() : kept.secondLast[sequence];
        System.arraycopy(shared, 0, sums, 0, sums.length);
        model.addPrevious(before, secondBefore, word, wordClass, feature, sums);
        double scale = scores.scale(sums);
        double logTotal = scores.logTotal(sums, scale, work);
        double lowest = lowestOfTop();
        double margin = LinearModel.CERTAIN * scale;
        // Equal sums are equal probabilities; only rounding decides between others that are close.
        boolean closed = countFrom(lowest) == countFrom(lowest - margin);
        boolean[] allowed = model.mayFollow(last);
        boolean extended = false;
        boolean perhaps = false;
        for (int i = 0; i < sums.length; i++) {
            if (sums[i] >= lowest - margin && allowed[i]) {
                boolean certain = closed || sums[i] > lowest + margin;
                double score = kept.score[sequence] + (sums[i] / scale - logTotal);
                next.add(score, i, last, sequence * sums.length + i, certain);
                extended |= certain;
                perhaps |= !certain;
            }
        }
        // The exact search extends it by other outcomes if no better sequence was extended.
        return extended || (!perhaps && next.size > 0 && isOrderClear());
    }

    private int countFrom(double lowest) {
        int count = 0;
        for (double sum : sums) {
            count += sum >= lowest ? 1 : 0;
        }
        return count;
    }

    private boolean isOrderClear() {
        for (int s = 0; s < width; s++) {
            if (!kept.isClear(s)) {
                return false;
            }
        }
        return true;
    }

    /** Returns the lowest of the highest sums, as many as the beam is wide. */
    private double lowestOfTop() {
        Arrays.fill(top, Double.NEGATIVE_INFINITY);
        for (double sum : sums) {
            if (sum > top[width - 1]) {
                int at = width - 1;
                while (at > 0 && top[at - 1] < sum) {
                    top[at] = top[at - 1];
                    at--;
                }
                top[at] = sum;
            }
        }
        return top[width - 1];
    }

    /** Returns whether the best sequence is certain. */
    boolean isDecided() {
        return kept.isClear(0);
    }

    /** Returns the outcomes of the best sequence. */
    int[] best(int words) {
        int[] outcomes = new int[words];
        int sequence = 0;
        for (int i = words - 1; i >= 0; i--) {
            int step = history[i * width + sequence];
            outcomes[i] = step % sums.length;
            sequence = step / sums.length;
        }
        return outcomes;
    }
}
