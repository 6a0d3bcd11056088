package org.limelm.train.data;

import org.limelm.core.metadata.MetadataSchema;
import org.limelm.core.shard.PieceColumns;

/**
 * Tokenized, annotated documents with random access: the columns of a shard set, or of documents in
 * memory. Positions count tokens from the first of the first document. What one call reads lies in
 * one document.
 */
public interface TokenSource extends PieceColumns {
    /** Returns the features of the tag columns. */
    MetadataSchema schema();

    /** Returns the number of documents. */
    int documentCount();

    /**
     * Returns the position of a document's first token; of {@code documentCount()}, the number of
     * tokens.
     */
    long documentStart(int document);

    /** Returns the number of tokens of all documents. */
    @Override
    default long tokenCount() {
        return documentStart(documentCount());
    }

    /** Returns the number of tokens of a document. */
    default long length(int document) {
        return documentStart(document + 1) - documentStart(document);
    }
}
