package org.limelm.model.generate;

import java.util.Arrays;

/**
 * Orders tokens by their logits, best first; of equal logits the lower id comes first. An entry of
 * the order is one {@code long}: the logit so that a better one is smaller, then the id.
 */
final class Candidates {
    private Candidates() {}

    /**
     * Returns the ids of the best tokens.
     *
     * @param logits one per id, (V), each a number
     * @param count how many, at least 1; all if there are fewer
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
                int place = -Arrays.binarySearch(entries, entry) - 1; // no two are equal
                System.arraycopy(entries, place, entries, place + 1, kept - 1 - place);
                entries[place] = entry;
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
        int ascending = bits < 0 ? bits ^ Integer.MAX_VALUE : bits; // as ints, the floats' order
        return (long) ~ascending << 32 | id;
    }
}
