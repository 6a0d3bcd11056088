package org.limelm.train.loop;

import java.nio.file.Path;
import java.util.List;
import org.limelm.model.decoder.Recompute;
import org.limelm.train.evaluation.EvaluationResult;
import org.limelm.train.generation.GeneratedText;
import org.limelm.train.record.StepMetrics;

/**
 * Receives the events of a run, on the training thread. A {@link TrainingCallback} can act on the
 * run.
 */
public interface TrainingListener {
    /** Ignores all events. */
    TrainingListener SILENT = new TrainingListener() {};

    /** Called once, before the first step. */
    default void onStart(RunStart start) {}

    /** Called for every logged step. */
    default void onStep(StepMetrics metrics, long totalSteps) {}

    /** Called after every evaluation. */
    default void onEvaluation(long step, EvaluationResult result) {}

    /** Called after an evaluation with the continuations of {@code evaluation.prompts}, if any. */
    default void onSamples(long step, List<GeneratedText> samples) {}

    /** Called when a checkpoint is complete. */
    default void onCheckpoint(long step, Path folder) {}

    /** Called on a problem that does not end the run. */
    default void onWarning(String message) {}

    /**
     * Properties of a run at its start.
     *
     * @param arm arm with annotation mode, such as {@code lime/causal}
     * @param parameters number of trainable parameters
     * @param trainingTokens number of distinct training tokens
     * @param documentsPerBatch average number of distinct documents per batch
     * @param firstStep number of steps already done
     * @param totalSteps total number of steps
     * @param recompute the layers that recompute their activations
     * @param folder run folder
     */
    record RunStart(
            String arm,
            long parameters,
            long trainingTokens,
            double documentsPerBatch,
            long firstStep,
            long totalSteps,
            Recompute recompute,
            Path folder) {}
}
