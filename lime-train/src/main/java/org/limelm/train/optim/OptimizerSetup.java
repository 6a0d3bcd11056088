package org.limelm.train.optim;

import org.limelm.model.device.Precision;
import org.limelm.train.config.OptimizerConfig;
import org.limelm.train.config.RunConfig;

/**
 * What decides the updates of an optimizer besides its parameters.
 *
 * @param config the optimizer's own keys
 * @param precision in which Muon orthogonalizes
 * @param seed of the random rounding of bf16 moments
 */
public record OptimizerSetup(OptimizerConfig config, Precision precision, long seed) {
    /** Returns what a run asks for. */
    public static OptimizerSetup of(RunConfig run) {
        return new OptimizerSetup(run.optimizer(), run.training().precision(), run.seed());
    }
}
