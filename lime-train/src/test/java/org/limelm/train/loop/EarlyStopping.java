package org.limelm.train.loop;

import org.limelm.train.evaluation.EvaluationResult;

// begin EARLY-STOPPING
/** Ends a run when the held-out loss has not improved for some evaluations. */
final class EarlyStopping implements TrainingCallback {
    private final int patience; // evaluations

    EarlyStopping(int patience) {
        this.patience = patience;
    }

    @Override
    public void afterEvaluation(EvaluationResult result, TrainingControl control) {
        double best = control.recall("best loss").orElse(Double.MAX_VALUE);
        double waited = control.recall("waited").orElse(0) + 1;
        if (result.loss() < best) {
            control.remember("best loss", result.loss());
            control.remember("waited", 0);
            control.save();
        } else {
            control.remember("waited", waited);
            if (waited >= patience) {
                control.finish(); // writes the model; stop() would leave a run to resume
            } else {
                control.setLearningRateFactor(control.learningRateFactor() / 2);
            }
        }
    }
}
// end
