package org.limelm.train.data;

/**
 * The same tokens with tags that belong to others: the token at position p gets all tags of the
 * token at π(p), π being one fixed permutation of the corpus. Frequencies of tags and of
 * combinations of tags stay what they are; what they say about the token is gone.
 */
final class ShuffledTags extends SameTokens {
    /** Not the run's seed: the held-out documents are the same for every seed. */
    private static final long SALT = 0x5348_5546_464c_4544L;

    private final IndexPermutation permutation;

    /** Shuffles the tags of a source. */
    ShuffledTags(TokenSource source) {
        super(source);
        this.permutation = new IndexPermutation(source.tokenCount(), SALT);
    }

    @Override
    public void readTags(int feature, long from, int[] into, int offset, int count) {
        for (int i = 0; i < count; i++) {
            source.readTags(feature, permutation.apply(from + i), into, offset + i, 1);
        }
    }
}
