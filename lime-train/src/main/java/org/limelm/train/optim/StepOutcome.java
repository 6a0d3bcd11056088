package org.limelm.train.optim;

/**
 * The outcome of a step.
 *
 * @param loss mean cross-entropy in nats per predicted token
 * @param gradientNorm global norm before clipping
 * @param health result of the step check, which tells whether the weights were changed
 */
public record StepOutcome(double loss, double gradientNorm, StepHealth health) {
    /** Returns the outcome of a step with the given loss and norm. */
    static StepOutcome of(double loss, double norm, boolean skipped) {
        StepHealth health =
                !Double.isFinite(loss) || !Double.isFinite(norm)
                        ? StepHealth.NON_FINITE
                        : skipped ? StepHealth.SPIKE : StepHealth.GOOD;
        return new StepOutcome(loss, norm, health);
    }
}
