package org.limelm.train.data;

import org.limelm.core.random.SplitMix64;

/**
 * The same tokens with noise in their tags: a share of the tokens, chosen at random, get all tags
 * of a token drawn from the corpus. A pure function of seed and position. Frequencies of tags stay
 * what they are, as far as chance lets them; at a share of 1 nothing is known of a token.
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

    /** Returns the token whose tags a token gets, the same for all features; negative: its own. */
    private long replacement(long position) {
        if (SplitMix64.unit(SplitMix64.hash(SALT, seed, position, 0)) >= share) {
            return -1;
        }
        return SplitMix64.bounded(SplitMix64.hash(SALT, seed, position, 1), source.tokenCount());
    }
}
