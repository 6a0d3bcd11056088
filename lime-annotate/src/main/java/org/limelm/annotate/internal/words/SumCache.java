package org.limelm.annotate.internal.words;

import org.jspecify.annotations.Nullable;

/**
 * A cache of sums of weights by the 64-bit hash of what they belong to. An entry replaces the one
 * before it in the same slot. Two keys in use are mistaken for each other with the probability of
 * equal hashes, about (number of keys)² / 2^65. For use by one thread.
 */
final class SumCache {
    private static final int MAX_BYTES = 1 << 23;
    private static final int MAX_SLOTS = 1 << 15;

    private final int slots; // a power of two
    private long[] keys = {};
    private float[][] sums = {};

    /**
     * Creates an empty cache, which takes memory once something is put into it: up to 8 MiB.
     *
     * @param length of the sums
     */
    SumCache(int length) {
        int affordable = Math.max(1, MAX_BYTES / (Float.BYTES * Math.max(1, length)));
        slots = Math.min(MAX_SLOTS, Integer.highestOneBit(affordable));
    }

    /** Returns the cached sums, or null. */
    float @Nullable [] get(long key) {
        if (keys.length == 0) {
            return null;
        }
        int slot = slot(key);
        return keys[slot] == key ? sums[slot] : null;
    }

    /** Caches sums. */
    void put(long key, float[] values) {
        if (keys.length == 0) {
            keys = new long[slots];
            sums = new float[slots][];
        }
        int slot = slot(key);
        keys[slot] = key;
        sums[slot] = values;
    }

    private int slot(long key) {
        return (int) key & (slots - 1);
    }
}
