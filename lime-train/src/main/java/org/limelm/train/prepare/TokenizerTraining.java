package org.limelm.train.prepare;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.limelm.annotate.subword.BpeTrainer;
import org.limelm.core.corpus.CorpusReader;
import org.limelm.core.corpus.ReaderOptions;

/** Trains a subword tokenizer on a corpus. */
public final class TokenizerTraining {
    private TokenizerTraining() {}

    /** Receives the progress of reading the corpus, and then of training. */
    @FunctionalInterface
    public interface Listener extends BpeTrainer.Listener {
        /** Ignores all progress. */
        Listener SILENT = (done, total) -> {};

        /**
         * Called after every document that was read.
         *
         * @param read bytes of the corpus files
         */
        default void reading(CorpusReader.Progress read) {}
    }

    /**
     * Trains a byte-level BPE tokenizer on all documents and writes it to a file.
     *
     * @param vocabularySize vocabulary size, including the end-of-text token
     * @param tokenizerJson the file to write
     * @throws org.limelm.core.LimeException if the corpus cannot be read or has too few pairs
     */
    public static void train(
            List<Path> corpus,
            ReaderOptions reader,
            int vocabularySize,
            Path tokenizerJson,
            Listener listener) {
        try (CorpusReader documents = CorpusReader.open(corpus, reader)) {
            BpeTrainer.train(texts(documents, listener), vocabularySize, listener)
                    .write(tokenizerJson);
        }
    }

    private static Iterator<String> texts(CorpusReader documents, Listener listener) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return documents.hasNext();
            }

            @Override
            public String next() {
                String text = documents.next().text();
                listener.reading(documents.progress());
                return text;
            }
        };
    }
}
