package org.limelm.train.config;

import io.soabase.recordbuilder.core.RecordBuilder;
import org.limelm.core.ConfigException;
import org.limelm.core.config.Doc;

/** When the state of a run is saved, and what a run continues from. */
@RecordBuilder
public record CheckpointConfig(
        @Doc("steps between checkpoints; 0 = at the end and at a signal only") long everySteps,
        @Doc("number of checkpoints kept; older ones are deleted") int keep,
        @Doc("none, latest (from the start when there is none), or the folder of a checkpoint")
                String resume,
        @Doc("refuse to fall back to an older checkpoint when the latest is damaged")
                boolean strict,
        @Doc("resume although the configuration, tokenizer, tags or shards have changed")
                boolean allowChanges)
        implements CheckpointConfigBuilder.With {
    /** {@link #resume} of a run that starts from the beginning. */
    public static final String NONE = "none";

    /** {@link #resume} of a run that continues from its own last valid checkpoint. */
    public static final String LATEST = "latest";

    /** Checks the ranges. */
    public CheckpointConfig {
        if (everySteps < 0) {
            throw new ConfigException("[checkpoint] everySteps " + everySteps + ", expected >= 0");
        }
        if (keep < 1) {
            throw new ConfigException("[checkpoint] keep " + keep + ", expected at least 1");
        }
    }

    /** Returns the values of keys that are not given. */
    public static CheckpointConfig defaults() {
        return new CheckpointConfig(500, 2, NONE, false, false);
    }
}
