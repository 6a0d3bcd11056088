package org.limelm.train.data;

/**
 * The tokens of a source with permuted tags: the token at position p gets all tags of the token at
 * π(p), where π is a fixed permutation of the corpus. The frequencies of tags and of tag
 * combinations are unchanged, but the tags carry no information about their tokens.
 */
final class ShuffledTags extends SameTokens {
    /** A constant instead of the run's seed, so that held-out tags are the same for every seed. */
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
