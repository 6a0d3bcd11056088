package org.limelm.train.config;

/**
 * The number of micro steps in each optimizer step of a run, which may change once during the run.
 *
 * @param early micro steps per optimizer step before {@code lateFromStep}
 * @param late micro steps per optimizer step from {@code lateFromStep} on
 * @param lateFromStep first step with {@code late} micro steps, counted from 0
 */
public record Accumulation(int early, int late, long lateFromStep) {
    /** Checks the ranges. */
    public Accumulation {
        if (early < 1 || late < 1 || lateFromStep < 0) {
            throw new IllegalArgumentException(
                    "accumulation %d, %d from step %d, expected >= 1, >= 1, >= 0"
                            .formatted(early, late, lateFromStep));
        }
    }

    /** Returns an accumulation with the same number of micro steps in every step. */
    public static Accumulation of(int microSteps) {
        return new Accumulation(microSteps, microSteps, Long.MAX_VALUE);
    }

    /** Returns the number of micro steps in a step, where steps count from 0. */
    public int microSteps(long step) {
        return step < lateFromStep ? early : late;
    }

    /** Returns the total number of micro steps before a step, where steps count from 0. */
    public long microStepsBefore(long step) {
        long earlySteps = Math.min(step, lateFromStep);
        return earlySteps * early + (step - earlySteps) * late;
    }
}
