package org.limelm.train.loop;

import java.nio.file.Path;
import org.limelm.train.evaluation.EvaluationResult;
import org.limelm.train.record.StepMetrics;

/** Is told what happens in a run, on the thread that trains. */
public interface TrainingListener {
    /** Hears nothing. */
    TrainingListener SILENT = new TrainingListener() {};

    /** Called once, before the first step. */
    default void onStart(RunStart start) {}

    /** Called for every logged step. */
    default void onStep(StepMetrics metrics, long totalSteps) {}

    /** Called after every evaluation. */
    default void onEvaluation(long step, EvaluationResult result) {}

    /** Called when a checkpoint is complete. */
    default void onCheckpoint(long step, Path folder) {}

    /** Called when something went wrong that does not end the run. */
    default void onWarning(String message) {}

    /**
     * What a run starts with.
     *
     * @param arm with its annotation mode: {@code lime/causal}
     * @param parameters trained numbers of the model
     * @param trainingTokens different tokens to train on
     * @param documentsPerBatch documents that the rows of a batch come from, on average
     * @param firstStep steps done already
     * @param totalSteps steps in all
     * @param folder of the run
     */
    record RunStart(
            String arm,
            long parameters,
            long trainingTokens,
            double documentsPerBatch,
            long firstStep,
            long totalSteps,
            Path folder) {}
}
