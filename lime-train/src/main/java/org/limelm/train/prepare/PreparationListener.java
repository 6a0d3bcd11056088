package org.limelm.train.prepare;

import java.nio.file.Path;
import org.limelm.annotate.pipeline.AnnotateProgress;
import org.limelm.annotate.pipeline.AnnotateReport;

/** Receives the progress of corpus preparation. */
public interface PreparationListener {
    /** Ignores all events. */
    PreparationListener SILENT = new PreparationListener() {};

    /**
     * Called once per second while waiting for another process to finish the same preparation.
     *
     * @param folder the folder that it prepares
     * @param process its process id
     */
    default void onWait(Path folder, String process) {}

    /** Called during tokenizer training with the current and the final vocabulary size. */
    default void onTokenizer(int vocabularySize, int total) {}

    /** Called after every annotated unit. */
    default void onAnnotation(AnnotateProgress progress) {}

    /** Called when the shards are complete. */
    default void onShards(AnnotateReport report) {}
}
