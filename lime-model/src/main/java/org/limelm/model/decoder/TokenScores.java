package org.limelm.model.decoder;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * The score of each target; ignored targets are 0 in all arrays.
 *
 * @param nll negative natural logarithm of the target's probability, float32 (B, T)
 * @param correct 1 where the target had the highest logit, else 0, float32 (B, T)
 * @param tagNll negative natural logarithm of the probability of the target's tags, float32 (B, T)
 *     per predicted feature; empty without a tag head or tags to predict
 */
public record TokenScores(NDArray nll, NDArray correct, List<NDArray> tagNll) {
    /** Copies the list. */
    public TokenScores {
        tagNll = List.copyOf(tagNll);
    }
}
