package org.limelm.train.loop;

import java.util.List;
import org.limelm.core.LimeException;
import org.limelm.train.checkpoint.TrainState;
import org.limelm.train.optim.SpikeDetector;
import org.limelm.train.optim.StepHealth;
import org.limelm.train.optim.StepOutcome;

/** Counts the steps that did not change the weights, and ends a run that has too many of them. */
final class RunHealth {
    private static final int MOST_NON_FINITE_IN_A_ROW = 100;

    private final Run run;
    private final SpikeDetector spikes;
    private long skipped;
    private int nonFiniteInARow;

    /**
     * Continues the counts of a run.
     *
     * @param start where the run stands
     */
    RunHealth(Run run, TrainState start) {
        this.run = run;
        spikes =
                new SpikeDetector(
                        run.config().training().spikeSigma(), start.step(), start.gradientNorms());
        skipped = start.skippedSteps();
        nonFiniteInARow = start.nonFiniteInARow();
    }

    /** Returns the largest gradient norm of a step that is no spike. */
    double gradientNormLimit(long step) {
        return spikes.limit(step);
    }

    /** Adds the outcome of the next step. */
    void add(StepOutcome outcome) {
        spikes.add(outcome.gradientNorm());
        nonFiniteInARow = outcome.health() == StepHealth.NON_FINITE ? nonFiniteInARow + 1 : 0;
        if (outcome.health() != StepHealth.GOOD) {
            skipped++;
        }
    }

    /** Returns the steps that did not change the weights. */
    long skippedSteps() {
        return skipped;
    }

    /** Returns how many of the last steps had no finite loss or gradient. */
    int nonFiniteInARow() {
        return nonFiniteInARow;
    }

    /** Returns the gradient norms of the last steps, oldest first. */
    List<Double> gradientNorms() {
        return spikes.history();
    }

    /**
     * Ends a run whose weights are not numbers.
     *
     * @throws LimeException if a weight is infinite or not a number
     */
    void requireFiniteWeights(long step) {
        if (!run.model().isFinite()) {
            throw failed(step, "weights are infinite or not a number, and nothing more was saved");
        }
    }

    /**
     * Ends a run that no longer trains.
     *
     * @throws LimeException if too many steps in a row had no finite loss or gradient, or the
     *     weights are not finite
     */
    void requireTraining(long step) {
        if (nonFiniteInARow >= MOST_NON_FINITE_IN_A_ROW) {
            throw failed(
                    step,
                    nonFiniteInARow
                            + " steps in a row had no finite loss or gradient, and nothing more was"
                            + " saved");
        }
        requireFiniteWeights(step);
    }

    /**
     * Ends a run that trained on less than half of its steps: its model is not worth keeping.
     *
     * @throws LimeException if most steps were skipped
     */
    void requireMostStepsTaken(long step) {
        if (2 * skipped > step) {
            throw failed(
                    step,
                    skipped
                            + " of "
                            + step
                            + " steps were skipped ("
                            + run.folder().anomalies()
                            + "), so no model was written");
        }
    }

    private LimeException failed(long step, String reason) {
        return new LimeException(
                "[step %d] %s. Hint: resume from a checkpoint in %s, if there is one, with a lower optimizer.learningRate"
                        .formatted(step, reason, run.folder().checkpoints()));
    }
}
