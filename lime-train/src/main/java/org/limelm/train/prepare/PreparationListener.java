package org.limelm.train.prepare;

import java.nio.file.Path;
import org.limelm.annotate.pipeline.AnnotateProgress;
import org.limelm.annotate.pipeline.AnnotateReport;
import org.limelm.core.corpus.CorpusReader;

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

    /** Called for every document that is read to train the tokenizer. */
    default void onTokenizerText(CorpusReader.Progress read) {}

    /**
     * Called during tokenizer training with the current and the final vocabulary size, which are
     * equal at the end.
     */
    default void onTokenizer(int vocabularySize, int total) {}

    /** Called at the start of annotation, after every unit, and at least once per second. */
    default void onAnnotation(AnnotateProgress progress) {}

    /** Called when the shards are complete. */
    default void onShards(AnnotateReport report) {}

    /** Returns the listener of tokenizer training that calls this one. */
    default TokenizerTraining.Listener ofTokenizer() {
        return new TokenizerTraining.Listener() {
            @Override
            public void reading(CorpusReader.Progress read) {
                onTokenizerText(read);
            }

            @Override
            public void progress(int vocabularySize, int total) {
                onTokenizer(vocabularySize, total);
            }
        };
    }
}
