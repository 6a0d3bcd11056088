package org.limelm.model.generate;

import java.util.Optional;
import org.limelm.model.decoder.LimeDecoder;

/** Generation in which the tokens are forced, but the model chooses the tags. */
public final class ForcedGeneration {
    private ForcedGeneration() {}

    /**
     * Returns the natural logarithm of the probability of a row after its first token.
     *
     * @param row token ids
     * @param annotator returns the tags of each token once it is known
     */
    public static double logProbability(
            LimeDecoder model, int[] row, Optional<MetadataSource> annotator) {
        double[] sum = {0};
        int[] next = {1};
        try (SelfFedGenerator generator = new SelfFedGenerator(model)) {
            generator.generate(
                    new int[] {row[0]},
                    -1,
                    TagPlan.FREE,
                    annotator,
                    SamplingOptions.greedy(row.length - 1),
                    logProbabilities -> {
                        int token = row[next[0]++];
                        sum[0] += logProbabilities[token];
                        return token;
                    },
                    () -> {},
                    token -> true);
        }
        return sum[0];
    }
}
