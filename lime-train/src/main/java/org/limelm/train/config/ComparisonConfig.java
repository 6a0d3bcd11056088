package org.limelm.train.config;

import io.soabase.recordbuilder.core.RecordBuilder;
import org.limelm.core.config.Doc;
import org.limelm.core.config.Inline;

/**
 * The configuration of a comparison: the keys of a run, which all of its runs share, and the key
 * {@code compare}. The keys {@code arm} and {@code seed} of the run are replaced by those of {@code
 * compare}.
 */
@RecordBuilder
public record ComparisonConfig(
        @Inline RunConfig run,
        @Doc("for lime compare: the arms and seeds of a comparison") ArmsAndSeeds compare)
        implements ComparisonConfigBuilder.With {
    /** Returns the default values. */
    public static ComparisonConfig defaults() {
        return new ComparisonConfig(RunConfig.defaults(), ArmsAndSeeds.defaults());
    }
}
