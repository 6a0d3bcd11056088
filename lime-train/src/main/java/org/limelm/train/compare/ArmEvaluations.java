package org.limelm.train.compare;

import java.util.ArrayList;
import java.util.List;
import org.limelm.annotate.feature.FeatureAnnotators;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.metadata.MetadataOrigin;
import org.limelm.train.arm.Arm;
import org.limelm.train.arm.NextTags;
import org.limelm.train.arm.TagSource;
import org.limelm.train.config.EvaluationConfig;
import org.limelm.train.config.RunConfig;
import org.limelm.train.evaluation.EvaluationResult;
import org.limelm.train.evaluation.ModelEvaluation;
import org.limelm.train.evaluation.TagSupply;
import org.limelm.train.evaluation.TokenSink;
import org.limelm.train.generation.TrainedModel;

/** The evaluations of a trained arm: the one place that decides how each arm is evaluated. */
final class ArmEvaluations {
    /** What a model that predicts the tags it reads is evaluated with, besides the oracle. */
    private static final List<MetadataOrigin> OF_OWN_TAGS =
            List.of(
                    MetadataOrigin.JOINT,
                    MetadataOrigin.PREDICTED_GREEDY,
                    MetadataOrigin.PREDICTED_MARGINAL);

    private ArmEvaluations() {}

    /**
     * An evaluation of a trained arm.
     *
     * @param name name of its file, unique among the evaluations of an arm
     * @param scoring the evaluation itself
     */
    record Named(String name, Scoring scoring) {}

    /** Scores a model on its held-out documents. */
    @FunctionalInterface
    interface Scoring {
        /**
         * Scores the model.
         *
         * @param sink receives the score of every token
         */
        EvaluationResult score(TrainedModel model, TokenSink sink);
    }

    /**
     * Returns the evaluations of an arm; the first is the one in the annotation mode of its
     * training. An arm trained on {@code full} tags of the present or past is also evaluated in
     * {@code prefix} mode, because {@code full} tags are not available during generation, unless
     * one of the features does not exist there, such as gold tags that came with the corpus. An arm
     * that predicts the tags it reads is evaluated with its own tags, too, and one that was trained
     * with dropped tags without any.
     *
     * @param prepared configuration of the run, with its shards
     */
    static List<Named> of(RunConfig prepared) {
        Arm arm = prepared.arm();
        List<Named> evaluations = new ArrayList<>();
        evaluations.add(
                arm.hasTables()
                        ? heldOut(prepared, prepared.annotation().label(), prepared.annotation())
                        : heldOut(prepared, "none", prepared.annotation()));
        boolean deployable = arm.source() instanceof TagSource.Observed && arm.shift() <= 0;
        if (arm.hasTables()
                && prepared.annotation() == AnnotationMode.FULL
                && deployable
                && FeatureAnnotators.missing(prepared.data().features(), AnnotationMode.PREFIX)
                        .isEmpty()) {
            evaluations.add(
                    heldOut(prepared, AnnotationMode.PREFIX.label(), AnnotationMode.PREFIX));
        }
        if (arm.dropout().isOn()) {
            evaluations.add(
                    heldOut(prepared, "without-tags", prepared.annotation(), new TagSupply.None()));
        }
        if (arm.feedsItself()) {
            boolean onePass = arm.nextTags().passes() == NextTags.Passes.ONE_PASS;
            for (MetadataOrigin origin : OF_OWN_TAGS) {
                if (origin == MetadataOrigin.JOINT && !onePass) {
                    continue;
                }
                TagSupply supply = TagSupply.of(origin.label(), TagSupply.DEFAULT_CANDIDATES);
                evaluations.add(heldOut(prepared, origin.label(), prepared.annotation(), supply));
            }
        }
        return List.copyOf(evaluations);
    }

    private static Named heldOut(RunConfig prepared, String name, AnnotationMode mode) {
        return heldOut(prepared, name, mode, TagSupply.annotated());
    }

    private static Named heldOut(
            RunConfig prepared, String name, AnnotationMode mode, TagSupply supply) {
        EvaluationConfig settings = prepared.evaluation();
        return new Named(
                name,
                (model, sink) ->
                        new ModelEvaluation(model, settings.batchSize())
                                .heldOut(prepared, mode, supply, settings.tokens(), sink));
    }
}
