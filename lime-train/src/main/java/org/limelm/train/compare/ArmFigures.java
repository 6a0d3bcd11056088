package org.limelm.train.compare;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.limelm.train.evaluation.TokenClass;

/**
 * The figures of one arm in one evaluation, over all seeds.
 *
 * @param arm label of the arm with the annotation mode of its training: {@code lime/causal}
 * @param evaluatedIn annotation mode of the tags in this evaluation, or {@code none}
 * @param metadata origin of these tags: {@code observed}, {@code oracle} …, or {@code none}
 * @param annotator id of the tag models and their options, or {@code none}
 * @param parameters number of trainable parameters
 * @param tokens tokens predicted in this evaluation
 * @param bytes UTF-8 bytes that these tokens cover
 * @param loss mean cross-entropy, nats per token
 * @param perplexity exp(loss)
 * @param bitsPerByte total cross-entropy in bits divided by the bytes
 * @param accuracy share of tokens for which the most probable prediction is correct
 * @param difference differences to the baseline; empty for the baseline itself
 * @param efficiency data efficiency; empty for the baseline, for an evaluation that was not
 *     repeated during training, if a curve has only one point, and if the evaluations during the
 *     baseline's training scored other tokens
 * @param overhead cost of the arm
 * @param curves evaluations during training by seed, ascending; empty for an evaluation that was
 *     not repeated during training
 * @param classes accuracy by class of token; empty if the baseline predicts other tokens, and for
 *     {@code joint}
 * @param vocabulary the tokens with the largest contributions to the difference of accuracy, by
 *     contribution; empty for the baseline and where {@code classes} is
 */
public record ArmFigures(
        String arm,
        String evaluatedIn,
        String metadata,
        String annotator,
        long parameters,
        long tokens,
        long bytes,
        Spread loss,
        Spread perplexity,
        Spread bitsPerByte,
        Spread accuracy,
        Optional<Differences> difference,
        Optional<Efficiency> efficiency,
        Overhead overhead,
        List<List<CurvePoint>> curves,
        List<ClassFigures> classes,
        List<TokenFigures> vocabulary) {
    /** Copies the lists. */
    public ArmFigures {
        curves = List.copyOf(curves);
        classes = List.copyOf(classes);
        vocabulary = List.copyOf(vocabulary);
    }

    /**
     * Paired differences, arm minus baseline.
     *
     * @param bitsPerByte of bits per byte; negative is better
     * @param accuracy of next-token accuracy; empty if the baseline predicts other tokens
     * @param loss of nats per token; empty if the baseline predicts other tokens
     * @param units what was drawn besides the seeds: {@code documents} or {@code passages}
     * @param unitCount number of these units
     */
    public record Differences(
            Difference bitsPerByte,
            Optional<Difference> accuracy,
            Optional<Difference> loss,
            String units,
            int unitCount) {}

    /**
     * Training until the baseline's final accuracy, relative to the whole training of the baseline.
     *
     * @param reached number of seeds in which the arm reached it
     * @param seeds number of seeds
     * @param upperBound whether tokens and shares over the seeds are upper bounds, because the arm
     *     had reached it at its first evaluation in one of them
     * @param tokens tokens until then, over the seeds that reached it
     * @param tokenShare tokens until then divided by the baseline's tokens
     * @param tokenShareOfMeans the same share for the mean curves over all seeds, with an interval;
     *     empty if the seeds were not evaluated after the same numbers of tokens
     * @param costShare core-seconds until then, annotation included, divided by the baseline's;
     *     empty if the cost of annotation was not measured, or a run was trained on a GPU
     */
    public record Efficiency(
            int reached,
            int seeds,
            boolean upperBound,
            Optional<Spread> tokens,
            Optional<Spread> tokenShare,
            Optional<MeanCurveShare> tokenShareOfMeans,
            Optional<Spread> costShare) {}

    /**
     * The share of the baseline's tokens after which the mean curve of an arm reaches the
     * baseline's mean final accuracy. Empty values: it is not reached in the arm's training.
     *
     * @param share the share
     * @param low lower end of the 95 % interval, see {@link DataEfficiency}
     * @param high upper end of the 95 % interval
     * @param first share at the arm's first evaluation, the smallest that can be read from a curve
     */
    public record MeanCurveShare(
            OptionalDouble share, OptionalDouble low, OptionalDouble high, double first) {
        /** Returns whether a share is an upper bound: that at the first evaluation. */
        boolean isUpperBound(double value) {
            return value <= first;
        }
    }

    /**
     * The cost of an arm.
     *
     * @param parameterShare additional parameters divided by the baseline's parameters
     * @param trainingSeconds training time without evaluations and checkpoints
     * @param timeRatio mean training time divided by the baseline's
     * @param annotationSecondsPerMillionTokens core-seconds to annotate 10⁶ subword pieces; empty
     *     for an arm without tags or if not measured
     * @param annotationShare core-seconds of annotating the training text divided by those of
     *     training; empty if not measured, or if a run was trained on a GPU
     */
    public record Overhead(
            double parameterShare,
            Spread trainingSeconds,
            double timeRatio,
            OptionalDouble annotationSecondsPerMillionTokens,
            OptionalDouble annotationShare) {}

    /**
     * Accuracy in a class of tokens.
     *
     * @param type the class
     * @param share share of the predicted tokens
     * @param accuracy accuracy of the arm
     * @param difference difference to the baseline, by seed
     */
    public record ClassFigures(TokenClass type, double share, double accuracy, Spread difference) {}

    /**
     * Accuracy of one token.
     *
     * @param id its id in the vocabulary
     * @param text its text
     * @param share share of the predicted tokens
     * @param difference difference of accuracy to the baseline, mean over the seeds
     * @param contribution share × difference: what it contributes to the difference over all tokens
     */
    public record TokenFigures(
            int id, String text, double share, double difference, double contribution) {}
}
