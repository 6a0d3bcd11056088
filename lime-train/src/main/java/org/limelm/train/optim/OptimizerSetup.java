package org.limelm.train.optim;

import org.limelm.model.device.Precision;
import org.limelm.train.config.OptimizerConfig;
import org.limelm.train.config.RunConfig;

/**
 * The settings of an optimizer.
 *
 * @param config the optimizer configuration
 * @param precision precision of Muon's orthogonalization
 * @param seed seed of the stochastic rounding of bf16 moments
 */
public record OptimizerSetup(OptimizerConfig config, Precision precision, long seed) {
    /** Returns the settings of a run. */
    public static OptimizerSetup of(RunConfig run) {
        return new OptimizerSetup(run.optimizer(), run.training().precision(), run.seed());
    }
}
