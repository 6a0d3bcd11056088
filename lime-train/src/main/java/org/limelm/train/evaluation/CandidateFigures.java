package org.limelm.train.evaluation;

import java.util.Locale;

/**
 * Figures of an evaluation in which a model predicted its own tags.
 *
 * @param perToken candidates for the tags of each token
 * @param mass mean probability of all candidates together, from 0 to 1
 * @param renormalizedBitsPerByte bits per byte if the candidates' probabilities are divided by
 *     their sum; not a proper model of the text unless the mass is 1
 * @param tagAccuracy share of tokens whose most probable candidate is the annotator's tags
 * @param observedPast whether the tags of earlier tokens are the annotator's, as causal tags are
 *     known once a token is; otherwise those that the model chose
 */
public record CandidateFigures(
        int perToken,
        double mass,
        double renormalizedBitsPerByte,
        double tagAccuracy,
        boolean observedPast) {
    String line() {
        return String.format(
                Locale.ROOT,
                "%d candidates per token with %.2f %% of the probability; renormalized bits/byte %.4f;"
                        + " tags right %.4f; past tags %s",
                perToken,
                100 * mass,
                renormalizedBitsPerByte,
                tagAccuracy,
                observedPast ? "observed" : "chosen by the model");
    }
}
