package org.limelm.train.data;

import org.limelm.core.metadata.MetadataSchema;

/**
 * The same tokens with tags that belong to others: the token at position p gets all tags of the
 * token at π(p), π being one fixed permutation of the corpus. Frequencies of tags and of
 * combinations of tags stay what they are; what they say about the token is gone.
 */
public final class ShuffledTags implements TokenSource {
    /** Not the run's seed: the held-out documents are the same for every seed. */
    private static final long SALT = 0x5348_5546_464c_4544L;

    private final TokenSource source;
    private final IndexPermutation permutation;

    /** Shuffles the tags of a source. */
    public ShuffledTags(TokenSource source) {
        this.source = source;
        this.permutation = new IndexPermutation(source.tokenCount(), SALT);
    }

    @Override
    public MetadataSchema schema() {
        return source.schema();
    }

    @Override
    public int documentCount() {
        return source.documentCount();
    }

    @Override
    public long documentStart(int document) {
        return source.documentStart(document);
    }

    @Override
    public void readTokens(long from, int[] into, int offset, int count) {
        source.readTokens(from, into, offset, count);
    }

    @Override
    public void readTags(int feature, long from, int[] into, int offset, int count) {
        for (int i = 0; i < count; i++) {
            source.readTags(feature, permutation.apply(from + i), into, offset + i, 1);
        }
    }

    @Override
    public void readByteLengths(long from, int[] into, int offset, int count) {
        source.readByteLengths(from, into, offset, count);
    }
}
