package org.limelm.train.data;

import org.limelm.core.random.SplitMix64;

/**
 * A pseudorandom permutation of {@code 0 … size - 1} in constant memory: a four-round Feistel
 * network over the next power of four, with cycle walking (Black and Rogaway 2002).
 */
final class IndexPermutation {
    private static final int ROUNDS = 4;

    private final long size;
    private final long seed;
    private final int halfBits;

    IndexPermutation(long size, long seed) {
        this.size = size;
        this.seed = seed;
        int bits = 64 - Long.numberOfLeadingZeros(Math.max(1, size - 1));
        this.halfBits = (bits + 1) / 2;
    }

    /** Returns the image of an index, after fewer than four network evaluations on average. */
    long apply(long index) {
        long image = index;
        do {
            image = network(image);
        } while (image >= size);
        return image;
    }

    private long network(long value) {
        long mask = (1L << halfBits) - 1;
        long left = value >>> halfBits;
        long right = value & mask;
        for (int round = 0; round < ROUNDS; round++) {
            long next = left ^ (SplitMix64.hash(seed, round, right) & mask);
            left = right;
            right = next;
        }
        return (left << halfBits) | right;
    }
}
