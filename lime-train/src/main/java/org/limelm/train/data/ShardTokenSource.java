package org.limelm.train.data;

import org.limelm.core.LimeException;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.core.shard.ShardSet;

/** A token source that reads a folder of shards. The caller must close the shard set. */
public final class ShardTokenSource implements TokenSource {
    private final ShardSet shards;
    private final int documents;

    /**
     * Wraps the shards.
     *
     * @throws LimeException if there are more than 2^31 documents
     */
    public ShardTokenSource(ShardSet shards) {
        this.shards = shards;
        if (shards.documentCount() >= Integer.MAX_VALUE) {
            throw new LimeException(
                    ("[shards] %,d documents in one folder, expected fewer than %,d."
                                    + " Hint: annotate into several folders")
                            .formatted(shards.documentCount(), Integer.MAX_VALUE));
        }
        this.documents = (int) shards.documentCount();
    }

    @Override
    public MetadataSchema schema() {
        return shards.manifest().schema();
    }

    @Override
    public int documentCount() {
        return documents;
    }

    @Override
    public long documentStart(int document) {
        return shards.documentStart(document);
    }

    @Override
    public void readTokens(long from, int[] into, int offset, int count) {
        shards.readTokens(from, into, offset, count);
    }

    @Override
    public void readTags(int feature, long from, int[] into, int offset, int count) {
        shards.readTags(feature, from, into, offset, count);
    }

    @Override
    public void readByteLengths(long from, int[] into, int offset, int count) {
        shards.readByteLengths(from, into, offset, count);
    }
}
