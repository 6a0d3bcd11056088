package org.limelm.train.config;

import io.soabase.recordbuilder.core.RecordBuilder;
import org.limelm.core.ConfigException;
import org.limelm.core.config.Doc;

/** What a run logs while it runs. */
@RecordBuilder
public record LoggingConfig(
        @Doc("steps between log lines") long everySteps,
        @Doc("also write TensorBoard event files") boolean tensorboard,
        @Doc("measure the machine's matmul peak at the start, to log the utilization")
                boolean measurePeak)
        implements LoggingConfigBuilder.With {
    /** Checks the range. */
    public LoggingConfig {
        if (everySteps < 1) {
            throw new ConfigException("[logging] everySteps " + everySteps + ", expected >= 1");
        }
    }

    /** Returns the default values. */
    public static LoggingConfig defaults() {
        return LoggingConfigBuilder.builder()
                .everySteps(10)
                .tensorboard(true)
                .measurePeak(true)
                .build();
    }
}
