package org.limelm.train.prepare;

import org.limelm.annotate.pipeline.AnnotateProgress;
import org.limelm.annotate.pipeline.AnnotateReport;

/** Receives the progress of corpus preparation. */
public interface PreparationListener {
    /** Ignores all events. */
    PreparationListener SILENT = new PreparationListener() {};

    /** Called during tokenizer training with the current and the final vocabulary size. */
    default void onTokenizer(int vocabularySize, int total) {}

    /** Called after every annotated unit. */
    default void onAnnotation(AnnotateProgress progress) {}

    /** Called when the shards are complete. */
    default void onShards(AnnotateReport report) {}
}
