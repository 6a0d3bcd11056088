package org.limelm.core.shard;

/**
 * Subword pieces in order, as parallel columns: ids, tags per feature, and byte lengths.
 *
 * <p>All reads are safe from many threads. A value that its vocabulary or tag set does not have is
 * never returned: the file that holds it is named in an exception.
 */
public interface PieceColumns {
    /** Returns the number of pieces. */
    long tokenCount();

    /**
     * Reads subword ids.
     *
     * @param from first piece
     * @param into receives {@code count} ids
     * @param offset where in {@code into} the first goes
     * @throws IndexOutOfBoundsException if there are no such pieces, or {@code into} is too short
     * @throws org.limelm.core.LimeException if an id is outside the vocabulary
     */
    void readTokens(long from, int[] into, int offset, int count);

    /**
     * Reads tag ids, otherwise as {@link #readTokens}.
     *
     * @param feature position of the feature in the schema
     */
    void readTags(int feature, long from, int[] into, int offset, int count);

    /** Reads how many UTF-8 bytes of text each piece covers, otherwise as {@link #readTokens}. */
    void readByteLengths(long from, int[] into, int offset, int count);
}
