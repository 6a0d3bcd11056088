package org.limelm.train.config;

import java.nio.file.Path;
import org.limelm.core.ConfigException;
import org.limelm.core.config.Doc;

/** One folder of shards and its share of the training data. */
public record SourceConfig(
        @Doc("folder with manifest.json, written by `lime annotate`") Path path,
        @Doc("how often its tokens are read relative to those of other sources; 2 = twice as often")
                double weight) {
    /** Checks the weight. */
    public SourceConfig {
        if (!(weight > 0) || Double.isInfinite(weight)) {
            throw new ConfigException(
                    "[data.shards " + path + "] weight " + weight + ", expected more than 0");
        }
    }

    /** Returns the default values. */
    public static SourceConfig defaults() {
        return new SourceConfig(Path.of("shards"), 1);
    }

    /** Returns the source with weight 1. */
    public static SourceConfig of(Path path) {
        return new SourceConfig(path, 1);
    }
}
