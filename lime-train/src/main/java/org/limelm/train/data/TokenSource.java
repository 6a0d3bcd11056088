package org.limelm.train.data;

import org.limelm.core.metadata.MetadataSchema;

/**
 * Tokenized, annotated documents with random access: the columns of a shard set, or of documents in
 * memory. Positions count tokens from the first of the first document. Reading is safe from several
 * threads.
 */
public interface TokenSource {
    /** Returns the features of the tag columns. */
    MetadataSchema schema();

    /** Returns the number of documents. */
    int documentCount();

    /**
     * Returns the position of a document's first token; of {@code documentCount()}, the number of
     * tokens.
     */
    long documentStart(int document);

    /** Copies the ids of {@code count} tokens of one document. */
    void readTokens(long from, int[] into, int offset, int count);

    /** Copies the tag ids of {@code count} tokens of one document. */
    void readTags(int feature, long from, int[] into, int offset, int count);

    /** Copies the number of UTF-8 bytes that {@code count} tokens of one document cover. */
    void readByteLengths(long from, int[] into, int offset, int count);

    /** Returns the number of tokens of all documents. */
    default long tokenCount() {
        return documentStart(documentCount());
    }

    /** Returns the number of tokens of a document. */
    default long length(int document) {
        return documentStart(document + 1) - documentStart(document);
    }
}
