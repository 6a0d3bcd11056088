package org.limelm.annotate.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.limelm.annotate.internal.classifier.Feature;

/**
 * The features of training data, by hash: how often each occurs and, once they are counted, a row
 * of weights for each one that is frequent enough.
 */
final class FeatureRows {
    /** The row of a feature without weights. */
    static final int NONE = -1;

    private static final int INITIAL_SLOTS = 1 << 16;
    private static final long FREE = 0;

    private long[] hashes = new long[INITIAL_SLOTS];
    private int[] values = new int[INITIAL_SLOTS]; // counts, later rows
    private int size;
    private final List<String> texts = new ArrayList<>(); // by row

    /** Counts an occurrence. */
    void count(Feature feature) {
        if (size > hashes.length / 2) {
            resize(2 * hashes.length);
        }
        long hash = feature.hash();
        int slot = slot(hash);
        if (hashes[slot] == FREE) {
            hashes[slot] = hash;
            size++;
        }
        values[slot]++;
    }

    /** Ends counting: forgets rare features. */
    void keepFrequent(int minimum) {
        long[] counted = hashes;
        int[] counts = values;
        size = 0;
        for (int count : counts) {
            size += count >= minimum ? 1 : 0;
        }
        hashes = new long[Math.max(2, Integer.highestOneBit(Math.max(1, size)) * 4)];
        values = new int[hashes.length];
        Arrays.fill(values, NONE);
        for (int i = 0; i < counted.length; i++) {
            if (counts[i] >= minimum) {
                hashes[slot(counted[i])] = counted[i];
            }
        }
    }

    /** Returns the row of a frequent feature, a new one at its first occurrence, or NONE. */
    int add(Feature feature) {
        int slot = slot(feature.hash());
        if (hashes[slot] != FREE && values[slot] == NONE) {
            values[slot] = texts.size();
            texts.add(feature.toString());
        }
        return values[slot];
    }

    /** Returns the row of a feature, or {@link #NONE}. */
    int row(Feature feature) {
        return values[slot(feature.hash())];
    }

    /** Returns the text of each row's feature. */
    List<String> texts() {
        return texts;
    }

    private void resize(int slots) {
        long[] oldHashes = hashes;
        int[] oldValues = values;
        hashes = new long[slots];
        values = new int[slots];
        for (int i = 0; i < oldHashes.length; i++) {
            if (oldHashes[i] != FREE) {
                int slot = slot(oldHashes[i]);
                hashes[slot] = oldHashes[i];
                values[slot] = oldValues[i];
            }
        }
    }

    private int slot(long hash) {
        int slot = (int) (hash >>> 20) & (hashes.length - 1);
        while (hashes[slot] != FREE && hashes[slot] != hash) {
            slot = (slot + 1) & (hashes.length - 1);
        }
        return slot;
    }
}
