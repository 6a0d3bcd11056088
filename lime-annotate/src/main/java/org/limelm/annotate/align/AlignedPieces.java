package org.limelm.annotate.align;

/**
 * The subword pieces of a text, and the linguistic token that each belongs to: parallel columns of
 * n entries. The concatenated bytes of the pieces are the text's UTF-8.
 *
 * @param ids subword ids, n
 * @param byteLengths bytes that each piece covers, each at least 1, n
 * @param tokenIndex index into the text's linguistic tokens, or {@link #NO_TOKEN}, n
 */
@SuppressWarnings("ArrayRecordComponent") // columns of primitives are the point
public record AlignedPieces(int[] ids, int[] byteLengths, int[] tokenIndex) {
    /** Index of a piece that belongs to no linguistic token. */
    public static final int NO_TOKEN = -1;

    /**
     * Checks that the columns have the same length.
     *
     * @throws IllegalArgumentException if they do not
     */
    public AlignedPieces {
        if (byteLengths.length != ids.length || tokenIndex.length != ids.length) {
            throw new IllegalArgumentException(
                    "%d ids, %d byte lengths, %d token indices, expected as many of each"
                            .formatted(ids.length, byteLengths.length, tokenIndex.length));
        }
    }

    /** Returns the number of pieces n. */
    public int size() {
        return ids.length;
    }
}
