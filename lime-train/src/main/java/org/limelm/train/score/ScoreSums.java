package org.limelm.train.score;

import java.util.Arrays;
import org.limelm.core.LimeException;
import org.limelm.model.decoder.Batch;

/** Sums of token scores per text, in double precision. */
final class ScoreSums {
    private final double[] logLikelihood;
    private final boolean[] greedy;

    ScoreSums(int texts) {
        logLikelihood = new double[texts];
        greedy = new boolean[texts];
        Arrays.fill(greedy, true);
    }

    /**
     * Adds the scores of a batch.
     *
     * @param nll negative log-probabilities, B·T
     * @param correct 1 where the target had the highest logit, B·T
     */
    void add(ScoreBatches.Rows rows, float[] nll, float[] correct) {
        int length = rows.batch().length();
        long[] targets = rows.batch().targets();
        for (int at = 0; at < targets.length; at++) {
            if (targets[at] != Batch.IGNORED) {
                int text = rows.windows().get(at / length).text();
                logLikelihood[text] -= nll[at];
                greedy[text] &= correct[at] == 1;
            }
        }
    }

    /**
     * Returns the score of a text.
     *
     * @throws LimeException if it is not a number
     */
    ContinuationScore score(int text, EncodedContinuation encoded, int dropped) {
        if (!Double.isFinite(logLikelihood[text])) {
            throw new LimeException(
                    "[score] a log-likelihood is %s, expected a finite number. Hint: the weights are damaged; check that the training loss stayed finite"
                            .formatted(logLikelihood[text]));
        }
        return new ContinuationScore(
                logLikelihood[text], encoded.predicted(), encoded.bytes(), greedy[text], dropped);
    }
}
