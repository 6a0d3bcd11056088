package org.limelm.train.config;

import java.nio.file.Path;
import org.limelm.core.config.Doc;

/** Where a run leaves its results. */
public record RunFolderConfig(
        @Doc("folder of the run: configuration, metrics, checkpoints, final model") Path folder) {
    /** Name of the tokenizer that a run keeps in its folder. */
    public static final String TOKENIZER = "tokenizer.json";

    /** Name of the folder of linguistic models that a run keeps, where they are not the bundled. */
    public static final String ANNOTATOR = "annotator";

    /** Returns the values of keys that are not given. */
    public static RunFolderConfig defaults() {
        return new RunFolderConfig(Path.of("runs", "default"));
    }
}
