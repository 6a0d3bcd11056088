package org.limelm.train.prepare;

import java.nio.file.Path;
import org.limelm.annotate.pipeline.AnnotateProgress;
import org.limelm.annotate.pipeline.AnnotateReport;

/** Is told how far a preparation is. */
public interface PreparationListener {
    /** Hears nothing. */
    PreparationListener SILENT = new PreparationListener() {};

    /**
     * Called once a second while another process prepares the same.
     *
     * @param folder that it prepares
     * @param process its id
     */
    default void onWait(Path folder, String process) {}

    /** Called while the tokenizer is trained: ids there are, and will be. */
    default void onTokenizer(int vocabularySize, int total) {}

    /** Called after every unit that was annotated. */
    default void onAnnotation(AnnotateProgress progress) {}

    /** Called when the shards are complete. */
    default void onShards(AnnotateReport report) {}
}
