package org.limelm.train.data;

import java.util.Arrays;
import java.util.Locale;
import org.limelm.core.metadata.Feature;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.model.decoder.ModelFeatures;
import org.limelm.train.arm.Arm;

/**
 * How rows are built from a token stream: the part of an arm that is the same for every row.
 *
 * @param length positions T per row
 * @param columns tag columns of the source that become tables, in order
 * @param dropped id of each table's tag {@code DROPPED}; empty if the model has none
 * @param predicted tag columns of the source whose tags of the next token are predicted, in order
 * @param predictsDropped whether only tags that are dropped are to be predicted
 * @param shift distance in tokens from a position to the token whose tags it reads; positive means
 *     a later token
 * @param documentMask whether attention is limited to documents
 */
@SuppressWarnings("ArrayRecordComponent") // identity is not used
public record RowLayout(
        int length,
        int[] columns,
        int[] dropped,
        int[] predicted,
        boolean predictsDropped,
        int shift,
        boolean documentMask) {
    /** Checks the length. */
    public RowLayout {
        if (length < 1) {
            throw new IllegalArgumentException("length " + length + ", expected >= 1");
        }
    }

    /**
     * Returns the layout of an arm.
     *
     * @param schema features of the source
     */
    public static RowLayout of(Arm arm, MetadataSchema schema, int length, boolean documentMask) {
        ModelFeatures features = arm.modelFeatures(schema);
        return new RowLayout(
                length,
                columns(schema, features.tables()),
                dropped(features.tables()),
                columns(schema, features.predicted()),
                features.predictedInOnePass().size() < features.predicted().size(),
                arm.shift(),
                documentMask);
    }

    private static int[] columns(MetadataSchema schema, MetadataSchema selected) {
        return selected.names().stream().mapToInt(schema::indexOf).toArray();
    }

    private static int[] dropped(MetadataSchema tables) {
        return tables.canBeDropped()
                ? tables.features().stream().mapToInt(table -> table.id(Feature.DROPPED)).toArray()
                : new int[0];
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "RowLayout[length=%d, columns=%s, predicted=%s, predictsDropped=%s, shift=%d, documentMask=%s]",
                length,
                Arrays.toString(columns),
                Arrays.toString(predicted),
                predictsDropped,
                shift,
                documentMask);
    }
}
