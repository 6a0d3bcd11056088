package org.limelm.train.config;

/**
 * The micro steps of every optimizer step of a run: one number, or a larger one from some step on.
 *
 * @param early micro steps of a step before {@code lateFromStep}
 * @param late micro steps of a step from there on
 * @param lateFromStep counted from 0
 */
public record Accumulation(int early, int late, long lateFromStep) {
    /** Checks the ranges. */
    public Accumulation {
        if (early < 1 || late < 1 || lateFromStep < 0) {
            throw new IllegalArgumentException(
                    "accumulation " + early + ", " + late + " from step " + lateFromStep);
        }
    }

    /** Returns the same number of micro steps for every step. */
    public static Accumulation of(int microSteps) {
        return new Accumulation(microSteps, microSteps, Long.MAX_VALUE);
    }

    /** Returns the micro steps of a step, counted from 0. */
    public int microSteps(long step) {
        return step < lateFromStep ? early : late;
    }

    /** Returns the micro steps of all steps before one, counted from 0. */
    public long microStepsBefore(long step) {
        long earlySteps = Math.min(step, lateFromStep);
        return earlySteps * early + (step - earlySteps) * late;
    }
}
