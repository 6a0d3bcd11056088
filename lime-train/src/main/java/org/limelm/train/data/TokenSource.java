package org.limelm.train.data;

import org.limelm.core.metadata.MetadataSchema;
import org.limelm.core.shard.PieceColumns;

/**
 * Random access to the columns of tokenized, annotated documents, stored in shards or in memory.
 * Positions count tokens from the start of the first document. A single read must not cross a
 * document boundary.
 */
public interface TokenSource extends PieceColumns {
    /** Returns the features of the tag columns. */
    MetadataSchema schema();

    /** Returns the number of documents. */
    int documentCount();

    /**
     * Returns the position of a document's first token, or the number of tokens for {@code
     * documentCount()}.
     */
    long documentStart(int document);

    /** Returns the total number of tokens. */
    @Override
    default long tokenCount() {
        return documentStart(documentCount());
    }

    /** Returns the number of tokens in a document. */
    default long length(int document) {
        return documentStart(document + 1) - documentStart(document);
    }
}
