package org.limelm.train.data;

import org.limelm.core.random.SplitMix64;

/**
 * The order in which the documents of a source are concatenated to the token stream of an epoch.
 *
 * @param documents ordinals of the documents in stream order
 * @param starts stream position of each document's first token, followed by the stream length
 */
@SuppressWarnings("ArrayRecordComponent") // millions of ordinals; identity is not used
record EpochOrder(int[] documents, long[] starts) {
    /** Returns the order given by an array of documents. */
    static EpochOrder inOrder(TokenSource source, int[] documents) {
        long[] starts = new long[documents.length + 1];
        for (int i = 0; i < documents.length; i++) {
            starts[i + 1] = starts[i] + source.length(documents[i]);
        }
        return new EpochOrder(documents, starts);
    }

    /** Returns a random order (Fisher–Yates) determined by the seed. */
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

    /** Returns the index in {@code documents} of the document that contains a position. */
    int placeOf(long position) {
        return lastAtOrBefore(starts, position);
    }

    /**
     * Returns the last index whose start is at or before the position. Empty documents cause equal
     * starts; among these, the last index is returned.
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
