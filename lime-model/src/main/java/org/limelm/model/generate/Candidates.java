package org.limelm.model.generate;

import java.util.Arrays;

/**
 * Orders tokens by logit, highest first, ties by lower id. A sort key is one {@code long}: the
 * logit, encoded so that a higher logit is smaller, in the high bits and the id in the low bits.
 */
final class Candidates {
    private Candidates() {}

    /**
     * Returns the ids of the tokens with the highest logits.
     *
     * @param logits one per id, (V), without NaN
     * @param count maximum number of ids, at least 1
     */
    static int[] best(float[] logits, int count) {
        int kept = Math.min(count, logits.length);
        long[] entries = new long[kept];
        for (int id = 0; id < kept; id++) {
            entries[id] = entry(logits[id], id);
        }
        Arrays.sort(entries);
        for (int id = kept; id < logits.length; id++) {
            long entry = entry(logits[id], id);
            if (entry < entries[kept - 1]) {
                int index = -Arrays.binarySearch(entries, entry) - 1; // no two are equal
                System.arraycopy(entries, index, entries, index + 1, kept - 1 - index);
                entries[index] = entry;
            }
        }
        int[] ids = new int[kept];
        for (int i = 0; i < kept; i++) {
            ids[i] = (int) entries[i];
        }
        return ids;
    }

    private static long entry(float logit, int id) {
        int bits = Float.floatToIntBits(logit);
        int ascending =
                bits < 0 ? bits ^ Integer.MAX_VALUE : bits; // sorts as an int like the float
        return (long) ~ascending << 32 | id;
    }
}
