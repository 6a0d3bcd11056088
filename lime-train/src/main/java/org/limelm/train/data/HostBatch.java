package org.limelm.train.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.limelm.model.decoder.Batch;

/**
 * One micro step's rows in the JVM's memory. B rows of T positions, row by row; F tables.
 *
 * @param rows B
 * @param length T
 * @param tokens input ids, B·T
 * @param targets ids to predict, or {@link #IGNORED}, B·T
 * @param tags tag ids per table, already shifted, F × B·T
 * @param documentIds number of the document within its row when attention stays inside documents,
 *     B·T; else empty
 * @param targetBytes UTF-8 bytes that each target covers, B·T
 * @param documents where each row was read: {@code source:document} per document it touches
 */
@SuppressWarnings("ArrayRecordComponent") // columns of primitives are the point
public record HostBatch(
        int rows,
        int length,
        long[] tokens,
        long[] targets,
        List<long[]> tags,
        Optional<long[]> documentIds,
        int[] targetBytes,
        List<List<String>> documents) {
    /** A target that is not predicted: padding, and the next document under the mask. */
    public static final long IGNORED = -100;

    /** Copies the batch to the manager's device; the arrays belong to the manager. */
    public Batch toBatch(NDManager manager) {
        List<NDArray> tables = new ArrayList<>(tags.size());
        for (long[] column : tags) {
            tables.add(array(manager, column));
        }
        return new Batch(
                array(manager, tokens),
                array(manager, targets),
                tables,
                documentIds.map(ids -> array(manager, ids)));
    }

    /** Returns the number of targets that are predicted. */
    public int predictedTokens() {
        int count = 0;
        for (long target : targets) {
            if (target != IGNORED) {
                count++;
            }
        }
        return count;
    }

    private NDArray array(NDManager manager, long[] values) {
        return manager.create(values, new Shape(rows, length)); // (B, T)
    }
}
