package org.limelm.train.data;

import org.limelm.core.random.SplitMix64;

/**
 * Documents of one source one after the other, as they stand in one epoch's stream of tokens.
 *
 * @param documents ordinals in the order of the stream
 * @param starts position of each document's first token in the stream, and the stream's length
 */
@SuppressWarnings("ArrayRecordComponent") // millions of ordinals; identity is not used
record EpochOrder(int[] documents, long[] starts) {
    /** Returns the documents in the order given. */
    static EpochOrder inOrder(TokenSource source, int[] documents) {
        long[] starts = new long[documents.length + 1];
        for (int i = 0; i < documents.length; i++) {
            starts[i + 1] = starts[i] + source.length(documents[i]);
        }
        return new EpochOrder(documents, starts);
    }

    /** Returns the documents in a random order (Fisher and Yates) that the seed decides. */
    static EpochOrder shuffled(TokenSource source, int[] documents, long seed) {
        int[] shuffled = documents.clone();
        for (int i = shuffled.length - 1; i > 0; i--) {
            int j = (int) SplitMix64.bounded(SplitMix64.hash(seed, i), i + 1L);
            int swapped = shuffled[i];
            shuffled[i] = shuffled[j];
            shuffled[j] = swapped;
        }
        return inOrder(source, shuffled);
    }

    /** Returns the number of tokens. */
    long tokenCount() {
        return starts[documents.length];
    }

    /** Returns the place in the stream of the document that holds a position. */
    int placeOf(long position) {
        return lastAtOrBefore(starts, position);
    }

    /**
     * Returns the last index whose start is at or before the position; of several equal starts,
     * which empty documents make, the last.
     */
    static int lastAtOrBefore(long[] starts, long position) {
        int low = 0;
        int high = starts.length - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (starts[middle] <= position) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }
}
