package org.limelm.train.prepare;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.limelm.annotate.subword.BpeTrainer;
import org.limelm.core.corpus.CorpusReader;
import org.limelm.core.corpus.ReaderOptions;
import org.limelm.core.text.Document;

/** Trains a subword tokenizer on a corpus. */
public final class TokenizerTraining {
    private TokenizerTraining() {}

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
            BpeTrainer.Listener listener) {
        try (CorpusReader documents = CorpusReader.open(corpus, reader)) {
            BpeTrainer.train(texts(documents), vocabularySize, listener).write(tokenizerJson);
        }
    }

    private static Iterator<String> texts(Iterator<Document> documents) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return documents.hasNext();
            }

            @Override
            public String next() {
                return documents.next().text();
            }
        };
    }
}
