package org.limelm.train.loop;

import java.util.List;
import org.limelm.core.LimeException;
import org.limelm.train.checkpoint.TrainState;
import org.limelm.train.optim.SpikeDetector;
import org.limelm.train.optim.StepHealth;
import org.limelm.train.optim.StepOutcome;

/** Counts skipped steps and fails a run that has too many of them. */
final class RunHealth {
    private static final int MOST_NON_FINITE_IN_A_ROW = 100;

    private final Run run;
    private final SpikeDetector spikes;
    private long skipped;
    private int nonFiniteInARow;

    /**
     * Creates the counters of a run.
     *
     * @param start state at the start or after resuming
     */
    RunHealth(Run run, TrainState start) {
        this.run = run;
        spikes =
                new SpikeDetector(
                        run.config().training().spikeSigma(), start.step(), start.gradientNorms());
        skipped = start.skippedSteps();
        nonFiniteInARow = start.nonFiniteInARow();
    }

    /** Returns the largest gradient norm that is not a spike. */
    double gradientNormLimit(long step) {
        return spikes.limit(step);
    }

    /** Records the outcome of the next step. */
    void add(StepOutcome outcome) {
        spikes.add(outcome.gradientNorm());
        nonFiniteInARow = outcome.health() == StepHealth.NON_FINITE ? nonFiniteInARow + 1 : 0;
        if (outcome.health() != StepHealth.GOOD) {
            skipped++;
        }
    }

    /** Returns the number of skipped steps. */
    long skippedSteps() {
        return skipped;
    }

    /** Returns the number of consecutive steps without a finite loss or gradient. */
    int nonFiniteInARow() {
        return nonFiniteInARow;
    }

    /** Returns the gradient norms of the last steps, oldest first. */
    List<Double> gradientNorms() {
        return spikes.history();
    }

    /**
     * Checks the weights.
     *
     * @throws LimeException if a weight is infinite or NaN
     */
    void requireFiniteWeights(long step) {
        if (!run.model().isFinite()) {
            throw failed(step, "weights are infinite or NaN; no checkpoint was saved");
        }
    }

    /**
     * Checks that the run still makes progress.
     *
     * @throws LimeException if too many consecutive steps had no finite loss or gradient, or if a
     *     weight is not finite
     */
    void requireTraining(long step) {
        if (nonFiniteInARow >= MOST_NON_FINITE_IN_A_ROW) {
            throw failed(
                    step,
                    nonFiniteInARow
                            + " steps in a row had no finite loss or gradient; no checkpoint was"
                            + " saved");
        }
        requireFiniteWeights(step);
    }

    /**
     * Checks that the run took at least half of its steps.
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
