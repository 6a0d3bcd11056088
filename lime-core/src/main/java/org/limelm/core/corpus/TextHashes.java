package org.limelm.core.corpus;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.limelm.core.LimeException;
import org.limelm.core.io.Sha256;

/**
 * The texts seen so far, as 16-byte hashes: 127 bits of SHA-256. Two of n different texts have
 * equal hashes with a probability of about n² / 2¹²⁸: 10⁻²¹ for the maximum of 402,653,184.
 */
final class TextHashes {
    private static final int INITIAL_SLOTS = 1 << 10;

    /** Pairs of halves of a hash, in a table with linear probing; a second half of zero is free. */
    private long[] table = new long[2 * INITIAL_SLOTS];

    private int size;

    /** Adds a text; returns whether it is new. */
    boolean add(String text) {
        ByteBuffer hash =
                ByteBuffer.wrap(Sha256.newDigest().digest(text.getBytes(StandardCharsets.UTF_8)));
        long first = hash.getLong();
        boolean added = insert(table, first, hash.getLong() | 1); // never a free slot
        if (added && ++size > table.length / 2 * 3L / 4) {
            grow();
        }
        return added;
    }

    private static boolean insert(long[] table, long first, long second) {
        int mask = table.length / 2 - 1;
        int slot = (int) first & mask;
        while (table[2 * slot + 1] != 0) {
            if (table[2 * slot] == first && table[2 * slot + 1] == second) {
                return false;
            }
            slot = (slot + 1) & mask;
        }
        table[2 * slot] = first;
        table[2 * slot + 1] = second;
        return true;
    }

    private void grow() {
        if (table.length > Integer.MAX_VALUE / 2) {
            throw new LimeException(
                    "[filter] more than %,d different documents cannot be de-duplicated at a time. Hint: annotate parts of the corpus into folders of their own"
                            .formatted(size - 1));
        }
        long[] larger = new long[2 * table.length];
        for (int i = 0; i < table.length; i += 2) {
            if (table[i + 1] != 0) {
                insert(larger, table[i], table[i + 1]);
            }
        }
        table = larger;
    }
}
