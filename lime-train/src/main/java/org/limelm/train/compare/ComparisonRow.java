package org.limelm.train.compare;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The results of one arm in one annotation mode.
 *
 * @param arm label of the arm: {@code baseline}, {@code lime/causal} …
 * @param evaluatedIn annotation mode of the tags used in evaluation; {@code –} for an arm without
 *     tables
 * @param metadata source of those tags: {@code observed}, {@code oracle} …; {@code –} if none
 * @param parameters number of trainable parameters
 * @param lossNats mean cross-entropy per predicted token
 * @param perplexity exp(loss)
 * @param bitsPerByte total loss in bits divided by the UTF-8 bytes predicted
 * @param accuracy share of tokens for which the most probable prediction is correct
 * @param evaluatedTokens tokens predicted in this evaluation
 * @param evaluatedBytes UTF-8 bytes that these tokens cover
 * @param tokensToBaseline training tokens after which this arm first reached the baseline's final
 *     accuracy; empty if it never did or the row has no curve
 * @param curve validation results during training, ascending; empty for a row that only
 *     re-evaluates
 */
public record ComparisonRow(
        String arm,
        String evaluatedIn,
        String metadata,
        long parameters,
        double lossNats,
        double perplexity,
        double bitsPerByte,
        double accuracy,
        long evaluatedTokens,
        long evaluatedBytes,
        OptionalLong tokensToBaseline,
        List<CurvePoint> curve) {
    public ComparisonRow {
        curve = List.copyOf(curve);
    }

    /**
     * Validation results after a number of training tokens.
     *
     * @param tokens training tokens seen
     * @param lossNats mean cross-entropy per predicted token
     * @param accuracy next-token accuracy
     */
    public record CurvePoint(long tokens, double lossNats, double accuracy) {}

    /** Returns this row with the tokens after which its curve reaches the target filled in. */
    ComparisonRow reaching(double targetAccuracy) {
        return new ComparisonRow(
                arm,
                evaluatedIn,
                metadata,
                parameters,
                lossNats,
                perplexity,
                bitsPerByte,
                accuracy,
                evaluatedTokens,
                evaluatedBytes,
                tokensToReach(curve, targetAccuracy)
                        .map(OptionalLong::of)
                        .orElse(OptionalLong.empty()),
                curve);
    }

    /**
     * Returns the tokens after which a curve first reaches an accuracy, interpolated linearly
     * between the two evaluations around it.
     */
    static Optional<Long> tokensToReach(List<CurvePoint> curve, double accuracy) {
        CurvePoint before = new CurvePoint(0, Double.NaN, 0);
        for (CurvePoint point : curve) {
            if (point.accuracy() >= accuracy) {
                double rise = point.accuracy() - before.accuracy();
                double share = rise > 0 ? (accuracy - before.accuracy()) / rise : 1;
                return Optional.of(
                        Math.round(before.tokens() + share * (point.tokens() - before.tokens())));
            }
            before = point;
        }
        return Optional.empty();
    }
}
