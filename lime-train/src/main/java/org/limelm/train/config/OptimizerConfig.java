package org.limelm.train.config;

import org.limelm.core.ConfigException;
import org.limelm.core.config.Doc;

/** AdamW (Loshchilov and Hutter 2019) with global-norm clipping. */
public record OptimizerConfig(
        @Doc("learning rate at the top of the schedule") double learningRate,
        @Doc("decay of the mean of the gradients") double beta1,
        @Doc("decay of the mean of the squared gradients") double beta2,
        @Doc("added to the denominator") double epsilon,
        @Doc("decoupled weight decay, on matrices only") double weightDecay,
        @Doc("largest global gradient norm; 0 = no clipping") double clipNorm) {
    /** Checks the ranges. */
    public OptimizerConfig {
        check("learningRate", learningRate, learningRate > 0);
        check("beta1", beta1, beta1 >= 0 && beta1 < 1);
        check("beta2", beta2, beta2 >= 0 && beta2 < 1);
        check("epsilon", epsilon, epsilon > 0);
        check("weightDecay", weightDecay, weightDecay >= 0);
        check("clipNorm", clipNorm, clipNorm >= 0);
    }

    private static void check(String key, double value, boolean valid) {
        if (!valid || Double.isInfinite(value)) {
            throw new ConfigException("[optimizer] " + key + " " + value + " is out of range");
        }
    }

    /** Returns the values of keys that are not given. */
    public static OptimizerConfig defaults() {
        return new OptimizerConfig(1e-3, 0.9, 0.95, 1e-8, 0.1, 1);
    }

    /** Returns this with another learning rate. */
    public OptimizerConfig withLearningRate(double rate) {
        return new OptimizerConfig(rate, beta1, beta2, epsilon, weightDecay, clipNorm);
    }
}
