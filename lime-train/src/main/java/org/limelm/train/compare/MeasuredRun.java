package org.limelm.train.compare;

import java.util.List;
import java.util.Optional;
import org.limelm.annotate.pipeline.AnnotationCost;

/**
 * Everything that a run of a comparison measured.
 *
 * @param plan the run
 * @param trained its training
 * @param annotation cost of annotating its shards, if it was measured and the arm needs tags
 * @param evaluations its evaluations, that in the mode of its training first
 */
record MeasuredRun(
        PlannedRun plan,
        TrainedRun trained,
        Optional<AnnotationCost> annotation,
        List<ArmEvaluation> evaluations) {}
