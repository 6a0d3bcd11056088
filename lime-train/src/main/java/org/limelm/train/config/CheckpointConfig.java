package org.limelm.train.config;

import io.soabase.recordbuilder.core.RecordBuilder;
import org.limelm.core.ConfigException;
import org.limelm.core.config.Doc;

/** When the state of a run is saved, and which checkpoint a run resumes from. */
@RecordBuilder
public record CheckpointConfig(
        @Doc("steps between checkpoints; 0 = only at the end and on a signal") long everySteps,
        @Doc("number of checkpoints kept; older ones are deleted") int keep,
        @Doc("none, latest (starts from scratch if there is none), or the folder of a checkpoint")
                String resume,
        @Doc("fail instead of falling back to an older checkpoint if the latest is corrupt")
                boolean strict,
        @Doc("resume even if the configuration, tokenizer, tags or shards have changed")
                boolean allowChanges)
        implements CheckpointConfigBuilder.With {
    /** The value of {@link #resume} for a run that starts from scratch. */
    public static final String NONE = "none";

    /** The value of {@link #resume} for a run that resumes from its latest valid checkpoint. */
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

    /** Returns the default values. */
    public static CheckpointConfig defaults() {
        return CheckpointConfigBuilder.builder()
                .everySteps(500)
                .keep(2)
                .resume(NONE)
                .strict(false)
                .allowChanges(false)
                .build();
    }
}
