package org.limelm.annotate.internal.classifier;

import java.io.IOException;

/**
 * A map from the features of a classifier, by their 64-bit hashes, to numbers: an open-addressing
 * table without the texts, with the number next to the hash, so that a look-up costs one access to
 * memory. The hashes of its own features are checked to be different. Another feature is mistaken
 * for one of them with a probability of (number of features) / 2^64, about 2·10⁻¹⁴. Immutable.
 */
final class FeatureTable {
    /** The number of a feature that the table lacks. */
    static final long NONE = 0;

    private static final long FREE = 0;

    private final long[] table; // by slot: the hash of a feature, then its number
    private final int shift;

    /**
     * Creates a table.
     *
     * @param hashes by feature
     * @param numbers by feature
     * @throws IOException if two features have the same hash
     */
    FeatureTable(long[] hashes, long[] numbers) throws IOException {
        int bits = Math.max(1, 64 - Long.numberOfLeadingZeros(3L * hashes.length / 2));
        table = new long[2 << bits];
        shift = 64 - bits;
        for (int i = 0; i < numbers.length; i++) {
            int at = first(hashes[i]);
            while (table[at] != FREE) {
                if (table[at] == hashes[i]) {
                    throw new IOException("feature %d has the hash of another".formatted(i));
                }
                at = next(at);
            }
            table[at] = hashes[i];
            table[at + 1] = numbers[i];
        }
    }

    /** Returns the number of a feature, or {@link #NONE}. */
    long get(long hash) {
        int at = first(hash);
        while (table[at] != hash) {
            if (table[at] == FREE) {
                return NONE;
            }
            at = next(at);
        }
        return table[at + 1];
    }

    /**
     * Looks up the numbers of several features. The first loop does not branch on what it reads, so
     * that the processor requests all of it from memory at the same time.
     *
     * @param places working space, at least as long as {@code hashes}
     * @param count number of features
     */
    void get(long[] hashes, long[] numbers, int[] places, int count) {
        for (int i = 0; i < count; i++) {
            int at = first(hashes[i]);
            places[i] = table[at] == hashes[i] ? at : ~at;
        }
        for (int i = 0; i < count; i++) {
            int at = places[i];
            if (at >= 0) {
                numbers[i] = table[at + 1];
            } else {
                numbers[i] = table[~at] == FREE ? NONE : get(hashes[i]);
            }
        }
    }

    private int first(long hash) {
        return (int) (hash >>> shift) << 1;
    }

    private int next(int at) {
        return (at + 2) & (table.length - 1);
    }
}
