package org.limelm.train.config;

import org.limelm.core.ConfigException;
import org.limelm.core.config.Doc;

/** Evaluation on the held-out documents during training. */
public record EvaluationConfig(
        @Doc("steps between evaluations; 0 = at the end only") long everySteps,
        @Doc("tokens of the held-out documents that are scored; 0 = all") long tokens,
        @Doc("sequences per batch") int batchSize,
        @Doc("score and export the averaged weights where optimizer.averageDecay is set")
                boolean averaged) {
    /** Checks the ranges. */
    public EvaluationConfig {
        if (everySteps < 0 || tokens < 0 || batchSize < 1) {
            throw new ConfigException(
                    "[evaluation] everySteps "
                            + everySteps
                            + ", tokens "
                            + tokens
                            + ", batchSize "
                            + batchSize
                            + ", expected >= 0, >= 0, >= 1");
        }
    }

    /** Returns the values of keys that are not given. */
    public static EvaluationConfig defaults() {
        return new EvaluationConfig(250, 65_536, 16, true);
    }
}
