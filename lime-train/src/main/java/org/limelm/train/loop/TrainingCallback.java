package org.limelm.train.loop;

import org.limelm.train.evaluation.EvaluationResult;
import org.limelm.train.record.StepMetrics;

/**
 * Acts on a run while it trains: stops it, saves a checkpoint, evaluates, samples text or changes
 * the learning rate, through a {@link TrainingControl}. Called on the training thread of the
 * leader; the other processes of a team wait and do what it asks for.
 *
 * <p>A resumed run is equal to an uninterrupted one if what a callback does is a function of the
 * figures it receives, except times and speeds, and of what it remembers with {@link
 * TrainingControl#remember}. A field of the callback is lost when the process ends. Callbacks must
 * be passed again when a run is resumed; without them, it continues with the learning rate factor
 * that they left.
 */
public interface TrainingCallback {
    /** Called after every logged step. */
    default void afterStep(StepMetrics metrics, TrainingControl control) {}

    /** Called after every evaluation. */
    default void afterEvaluation(EvaluationResult result, TrainingControl control) {}
}
