package org.limelm.train.data;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.train.arm.Arm;

/**
 * How a row is made from a stream of tokens: what an arm reads, independent of which row it is.
 *
 * @param length positions T of a row
 * @param columns tag columns of the source that become tables, in order
 * @param shift how many tokens ahead of a position its tags are taken from; behind it if negative
 * @param documentMask whether attention stays inside documents
 */
@SuppressWarnings("ArrayRecordComponent") // identity is not used
public record RowLayout(int length, int[] columns, int shift, boolean documentMask) {
    /** Checks the length. */
    public RowLayout {
        if (length < 1) {
            throw new IllegalArgumentException("length " + length + ", expected >= 1");
        }
    }

    /**
     * Returns the layout of an arm.
     *
     * @param schema the features of the source
     */
    public static RowLayout of(Arm arm, MetadataSchema schema, int length, boolean documentMask) {
        List<String> tables = arm.tables(schema).names();
        int[] columns = tables.stream().mapToInt(schema::indexOf).toArray();
        return new RowLayout(length, columns, arm.shift(), documentMask);
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "RowLayout[length=%d, columns=%s, shift=%d, documentMask=%s]",
                length,
                Arrays.toString(columns),
                shift,
                documentMask);
    }
}
