package org.limelm.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Optional;

/**
 * The score of each target; ignored targets are 0 in {@code nll}, {@code correct} and {@code
 * tagNll}.
 *
 * @param nll negative natural logarithm of the target's probability, float32 (B, T)
 * @param correct 1 where the target had the highest logit, else 0, float32 (B, T)
 * @param tagNll negative natural logarithm of the probability of the target's tags, float32 (B, T)
 *     per predicted feature; empty without a tag head or tags to predict
 * @param top the most probable tokens of every position, if asked for
 */
public record TokenScores(
        NDArray nll, NDArray correct, List<NDArray> tagNll, Optional<TopTokens> top) {
    /** Copies the list. */
    public TokenScores {
        tagNll = List.copyOf(tagNll);
    }

    /**
     * The K most probable tokens of every position, in descending order.
     *
     * @param logProbabilities natural logarithms, float32 (B, T, K)
     * @param ids int64 (B, T, K)
     */
    public record TopTokens(NDArray logProbabilities, NDArray ids) {}

    /** Returns the results of the heads, handed over to another owner. */
    static TokenScores of(NDList scores, NDList tags, NDManager owner) {
        scores.attach(owner);
        tags.attach(owner);
        Optional<TopTokens> top =
                scores.size() == 2
                        ? Optional.empty()
                        : Optional.of(new TopTokens(scores.get(2), scores.get(3)));
        return new TokenScores(scores.get(0), scores.get(1), tags, top);
    }
}
