package org.limelm.train.data;

import org.limelm.core.random.SplitMix64;

/**
 * The tokens of a source with noisy tags: a random share of the tokens gets all tags of a token
 * drawn from the corpus. The tags are a pure function of seed and position. The expected tag
 * frequencies are unchanged; at a share of 1, the tags carry no information about their tokens.
 */
final class NoisyTags extends SameTokens {
    private static final long SALT = 0x4e4f_4953_455f_5441L;

    private final double share;
    private final long seed;

    NoisyTags(TokenSource source, double share, long seed) {
        super(source);
        this.share = share;
        this.seed = seed;
    }

    @Override
    public void readTags(int feature, long from, int[] into, int offset, int count) {
        source.readTags(feature, from, into, offset, count);
        for (int i = 0; i < count; i++) {
            long other = replacement(from + i);
            if (other >= 0) {
                source.readTags(feature, other, into, offset + i, 1);
            }
        }
    }

    /** Returns the token whose tags a token gets for all features; negative for its own tags. */
    private long replacement(long position) {
        if (SplitMix64.unit(SplitMix64.hash(SALT, seed, position, 0)) >= share) {
            return -1;
        }
        return SplitMix64.bounded(SplitMix64.hash(SALT, seed, position, 1), source.tokenCount());
    }
}
