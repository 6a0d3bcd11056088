package org.limelm.annotate.internal.classifier;

import java.util.List;

/**
 * The features of a classifier by their 64-bit hashes: an open-addressing table without the texts,
 * which would cost two further accesses to memory per look-up. The hashes of its own features are
 * checked to be different. Another feature is mistaken for one of them with a probability of
 * (number of features) / 2^64, about 2·10⁻¹⁴. Immutable.
 */
final class FeatureTable {
    /** The slot of a feature that the table lacks. */
    static final int NONE = -1;

    private static final long FREE = 0;

    private final long[] hashes;
    private final int shift;

    /**
     * Creates a table.
     *
     * @throws IllegalArgumentException if two features have the same hash
     */
    FeatureTable(List<String> features) {
        int bits = Math.max(1, 64 - Long.numberOfLeadingZeros(3L * features.size() / 2));
        hashes = new long[1 << bits];
        shift = 64 - bits;
        Feature text = new Feature();
        for (String feature : features) {
            long hash = text.of(Form.of(feature)).hash();
            int slot = first(hash);
            while (hashes[slot] != FREE) {
                if (hashes[slot] == hash) {
                    throw new IllegalArgumentException(
                            "Feature '" + feature + "' has the hash of another");
                }
                slot = (slot + 1) & (hashes.length - 1);
            }
            hashes[slot] = hash;
        }
    }

    /** Returns the number of slots, larger than the number of features. */
    int size() {
        return hashes.length;
    }

    /** Returns the slot of a feature, or {@link #NONE}. */
    int find(long hash) {
        int slot = first(hash);
        while (hashes[slot] != hash) {
            if (hashes[slot] == FREE) {
                return NONE;
            }
            slot = (slot + 1) & (hashes.length - 1);
        }
        return slot;
    }

    /**
     * Finds the slots of several features. The first loop does not branch on what it reads, so that
     * the processor requests all of it from memory at the same time.
     *
     * @param count number of features
     */
    void find(long[] features, int[] slots, int count) {
        for (int i = 0; i < count; i++) {
            int slot = first(features[i]);
            slots[i] = hashes[slot] == features[i] ? slot : ~slot;
        }
        for (int i = 0; i < count; i++) {
            if (slots[i] < 0) {
                slots[i] = hashes[~slots[i]] == FREE ? NONE : find(features[i]);
            }
        }
    }

    private int first(long hash) {
        return (int) (hash >>> shift);
    }
}
