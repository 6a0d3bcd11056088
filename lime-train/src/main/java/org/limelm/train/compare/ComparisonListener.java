package org.limelm.train.compare;

import java.nio.file.Path;
import java.util.List;
import org.limelm.train.evaluation.EvaluationResult;
import org.limelm.train.loop.TrainingListener;

/** Receives the events of a comparison, on the thread that runs it. */
public interface ComparisonListener {
    /** Ignores all events. */
    ComparisonListener SILENT = new ComparisonListener() {};

    /** Called once, before the first run, with all runs in their order. */
    default void onPlan(List<PlannedRun> runs) {}

    /**
     * Called once per second while another process is running the same comparison.
     *
     * @param folder folder of the comparison
     * @param process its process id
     */
    default void onWait(Path folder, String process) {}

    /** Returns the listener of a run's training, which is about to start or resume. */
    default TrainingListener onTraining(PlannedRun run) {
        return TrainingListener.SILENT;
    }

    /** Called when a run is trained, now or earlier. */
    default void onTrained(PlannedRun run, TrainedRun trained) {}

    /** Called before an evaluation of a trained run; it is skipped if its result exists. */
    default void onEvaluating(PlannedRun run, String evaluation) {}

    /** Called after every evaluation of a trained run, done now or earlier. */
    default void onEvaluated(PlannedRun run, EvaluationResult result) {}
}
