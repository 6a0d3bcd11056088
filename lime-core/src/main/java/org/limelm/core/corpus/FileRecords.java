package org.limelm.core.corpus;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** The records of an open file, in order. */
interface FileRecords extends Closeable {
    /**
     * Opens a file.
     *
     * @param bytesRead incremented by the number of bytes read from disk
     * @throws org.limelm.core.LimeException if its content does not match its name
     */
    static FileRecords open(CorpusFile file, ReaderOptions options, AtomicLong bytesRead)
            throws IOException {
        if (file.format() == CorpusFile.Format.PARQUET) {
            return ParquetRecords.open(file, options, bytesRead);
        }
        InputStream in = CorpusStream.open(file, options.maxCompressionRatio(), bytesRead);
        if (file.format() == CorpusFile.Format.JSON_LINES) {
            return new JsonRecords(file, in, options);
        }
        if (file.format() == CorpusFile.Format.CONLLU) {
            return new ConlluRecords(file, in, options);
        }
        return options.textSeparator().isEmpty()
                ? new TextRecords(file, in, options)
                : new SeparatedRecords(file, in, options);
    }

    /** Advances to the next record; returns false after the last one. */
    boolean next() throws IOException;

    /** Returns the current record; empty if it is a blank line. */
    Optional<CorpusRecord> record();

    /** Returns the number of the current record, from 1; 0 before the first. */
    long number();
}
