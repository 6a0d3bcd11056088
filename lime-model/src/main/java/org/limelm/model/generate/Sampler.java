package org.limelm.model.generate;

import java.util.Random;
import org.limelm.core.LimeException;

/** Samples tokens from logits, on the host, with the same results on every machine. */
final class Sampler {
    private final SamplingOptions options;
    private final Random random;

    Sampler(SamplingOptions options) {
        this.options = options;
        random = new Random(options.seed());
    }

    /**
     * Samples a token. Ties in the order of logits are broken by lower id.
     *
     * @param logits one per id, (V)
     * @throws LimeException if a logit is NaN
     */
    int next(float[] logits) {
        check(logits);
        if (options.temperature() == 0) {
            return best(logits);
        }
        int count = options.topK() > 0 ? options.topK() : logits.length;
        int[] ids = Candidates.best(logits, count);
        double[] weights = new double[ids.length]; // unnormalized probabilities
        double total = 0;
        for (int i = 0; i < ids.length; i++) {
            weights[i] = Math.exp((logits[ids[i]] - logits[ids[0]]) / options.temperature());
            total += weights[i];
        }
        int kept = ids.length;
        if (options.topP() < 1) {
            double sum = 0;
            kept = 0;
            while (kept < ids.length && sum < options.topP() * total) {
                sum += weights[kept++];
            }
            total = sum;
        }
        double remaining = random.nextDouble() * total;
        for (int i = 0; i < kept - 1; i++) {
            remaining -= weights[i];
            if (remaining < 0) {
                return ids[i];
            }
        }
        return ids[kept - 1];
    }

    private static void check(float[] logits) {
        for (int id = 0; id < logits.length; id++) {
            if (Float.isNaN(logits[id])) {
                throw new LimeException(
                        "[generate] the logit of token "
                                + id
                                + " is NaN, expected a number. Hint: the weights are damaged; check that the training loss stayed finite");
            }
        }
    }

    private static int best(float[] logits) {
        int best = 0;
        for (int id = 1; id < logits.length; id++) {
            if (logits[id] > logits[best]) {
                best = id;
            }
        }
        return best;
    }
}
