package org.limelm.train.config;

import java.nio.file.Path;
import org.limelm.core.config.Doc;

/** Where a run writes its results. */
public record RunFolderConfig(
        @Doc("folder of the run: configuration, metrics, checkpoints, final model") Path folder) {
    /** Name of the tokenizer file in a run folder. */
    public static final String TOKENIZER = "tokenizer.json";

    /** Name of the folder of custom linguistic models in a run folder. */
    public static final String ANNOTATOR = "annotator";

    /** Returns the default values. */
    public static RunFolderConfig defaults() {
        return new RunFolderConfig(Path.of("runs", "default"));
    }
}
