package org.limelm.train.optim;

/**
 * What a step saw and did.
 *
 * @param loss mean cross-entropy in nats per predicted token
 * @param gradientNorm global norm before clipping
 * @param health whether the weights were changed
 */
public record StepOutcome(double loss, double gradientNorm, StepHealth health) {
    /** Returns the outcome of a step that was skipped, or not, for these numbers. */
    static StepOutcome of(double loss, double norm, boolean skipped) {
        StepHealth health =
                !Double.isFinite(loss) || !Double.isFinite(norm)
                        ? StepHealth.NON_FINITE
                        : skipped ? StepHealth.SPIKE : StepHealth.GOOD;
        return new StepOutcome(loss, norm, health);
    }
}
