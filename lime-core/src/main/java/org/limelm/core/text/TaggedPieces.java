package org.limelm.core.text;

import java.util.List;

/**
 * A document as subword pieces with metadata: parallel columns of n entries.
 *
 * <p>The concatenated bytes of the pieces are the document's UTF-8 text. An end-of-text token,
 * where there is one, covers 0 bytes and has tag NONE in every feature.
 *
 * @param tokens subword ids, n
 * @param byteLengths UTF-8 bytes that each piece covers, n
 * @param tags one column of n tag ids per feature, in schema order, F × n
 */
@SuppressWarnings("ArrayRecordComponent") // columns of primitives are the point
public record TaggedPieces(int[] tokens, int[] byteLengths, List<int[]> tags) {
    /**
     * Checks that the columns have the same length.
     *
     * @throws IllegalArgumentException if they do not
     */
    public TaggedPieces {
        tags = List.copyOf(tags);
        if (byteLengths.length != tokens.length) {
            throw new IllegalArgumentException(
                    tokens.length + " tokens but " + byteLengths.length + " byte lengths");
        }
        for (int[] column : tags) {
            if (column.length != tokens.length) {
                throw new IllegalArgumentException(
                        tokens.length + " tokens but a tag column of " + column.length);
            }
        }
    }

    /** Returns the number of pieces n. */
    public int size() {
        return tokens.length;
    }
}
