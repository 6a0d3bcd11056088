package org.limelm.annotate.internal.words;

import org.jspecify.annotations.Nullable;

/**
 * A cache of sums of weights by the 64-bit hash of what they belong to. An entry replaces the one
 * before it in the same slot. Two keys in use are mistaken for each other with the probability of
 * equal hashes, about (number of keys)² / 2^65. For use by one thread.
 */
final class SumCache {
    private final long[] keys;
    private final float[][] sums;

    /**
     * Creates an empty cache.
     *
     * @param slots a power of two
     */
    SumCache(int slots) {
        keys = new long[slots];
        sums = new float[slots][];
    }

    /** Returns the cached sums, or null. */
    float @Nullable [] get(long key) {
        int slot = slot(key);
        return keys[slot] == key ? sums[slot] : null;
    }

    /** Caches sums. */
    void put(long key, float[] values) {
        int slot = slot(key);
        keys[slot] = key;
        sums[slot] = values;
    }

    private int slot(long key) {
        return (int) key & (keys.length - 1);
    }
}
