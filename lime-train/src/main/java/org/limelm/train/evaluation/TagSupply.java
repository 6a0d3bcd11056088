package org.limelm.train.evaluation;

import org.limelm.core.ConfigException;
import org.limelm.core.metadata.MetadataOrigin;
import org.limelm.train.arm.Arm;

/** Where the tags that a model reads come from in an evaluation. */
public sealed interface TagSupply {
    /** The number of candidates that evaluations use unless stated otherwise. */
    int DEFAULT_CANDIDATES = 16;

    /** The annotator's tags. */
    record Annotated() implements TagSupply {}

    /** No tags: the model was trained with dropped tags, and reads none. */
    record None() implements TagSupply {}

    /** The annotator's tags, with the cost of predicting them added to that of the text. */
    record Joint() implements TagSupply {}

    /**
     * Tags that the model predicts.
     *
     * @param origin {@link MetadataOrigin#PREDICTED_GREEDY} or {@link
     *     MetadataOrigin#PREDICTED_MARGINAL}
     * @param candidates combinations of tags that a marginal sums over, at least 1
     */
    record Predicted(MetadataOrigin origin, int candidates) implements TagSupply {
        /** Checks the origin and the number of candidates. */
        public Predicted {
            if (origin != MetadataOrigin.PREDICTED_GREEDY
                    && origin != MetadataOrigin.PREDICTED_MARGINAL) {
                throw new ConfigException(
                        "[tags] origin "
                                + origin.label()
                                + ", expected predicted-greedy or predicted-marginal");
            }
            if (candidates < 1) {
                throw new ConfigException(
                        "[tags] " + candidates + " candidates, expected at least 1");
            }
        }
    }

    /** Returns the annotator's tags. */
    static TagSupply annotated() {
        return new Annotated();
    }

    /**
     * Returns the supply with the given label.
     *
     * @param label {@code annotated}, {@code none}, {@code joint}, {@code predicted-greedy} or
     *     {@code predicted-marginal}
     * @throws ConfigException if there is none
     */
    static TagSupply of(String label, int candidates) {
        return switch (label) {
            case "annotated" -> annotated();
            case "none" -> new None();
            case "joint" -> new Joint();
            case "predicted-greedy" -> new Predicted(MetadataOrigin.PREDICTED_GREEDY, candidates);
            case "predicted-marginal" ->
                    new Predicted(MetadataOrigin.PREDICTED_MARGINAL, candidates);
            default ->
                    throw new ConfigException(
                            "[tags] '"
                                    + label
                                    + "', expected annotated, none, joint, predicted-greedy or"
                                    + " predicted-marginal");
        };
    }

    /** Returns the error of a model that is to predict the tags that it reads, and cannot. */
    static ConfigException doesNotFeedItself(Arm arm) {
        return new ConfigException(
                "[tags] arm %s does not predict the tags that it reads. Hint: train an arm such as {preset: lime+1, nextTags: 0.3}"
                        .formatted(arm.label()));
    }
}
