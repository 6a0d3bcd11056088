package org.limelm.train.config;

import org.limelm.core.ConfigException;
import org.limelm.core.config.Doc;

/** What a run writes about itself while it runs. */
public record LoggingConfig(
        @Doc("steps between logged lines") long everySteps,
        @Doc("also write TensorBoard event files") boolean tensorboard,
        @Doc("measure the machine's matmul speed at the start, to log the share of it that is used")
                boolean measurePeak) {
    /** Checks the range. */
    public LoggingConfig {
        if (everySteps < 1) {
            throw new ConfigException("[logging] everySteps " + everySteps + ", expected >= 1");
        }
    }

    /** Returns the values of keys that are not given. */
    public static LoggingConfig defaults() {
        return new LoggingConfig(10, true, true);
    }
}
