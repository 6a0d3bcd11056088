package org.limelm.core.shard;

/**
 * Subword pieces in order, as parallel columns: ids, tags per feature, and byte lengths.
 *
 * <p>All reads are thread-safe. A value outside its vocabulary or tag set is never returned; it
 * causes an exception that names the file.
 */
public interface PieceColumns {
    /** Returns the number of pieces. */
    long tokenCount();

    /**
     * Reads subword ids.
     *
     * @param from first piece
     * @param into receives {@code count} ids
     * @param offset index in {@code into} of the first id
     * @throws IndexOutOfBoundsException if there are no such pieces, or {@code into} is too short
     * @throws org.limelm.core.LimeException if an id is outside the vocabulary
     */
    void readTokens(long from, int[] into, int offset, int count);

    /**
     * Reads tag ids, like {@link #readTokens}.
     *
     * @param feature position of the feature in the schema
     */
    void readTags(int feature, long from, int[] into, int offset, int count);

    /** Reads the number of UTF-8 bytes of text that each piece covers, like {@link #readTokens}. */
    void readByteLengths(long from, int[] into, int offset, int count);
}
