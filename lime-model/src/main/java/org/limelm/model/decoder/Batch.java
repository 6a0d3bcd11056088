package org.limelm.model.decoder;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Optional;

/**
 * Rows of tokens to learn from. All arrays are int64 of one shape (B, T), on the model's device.
 *
 * @param tokens ids the model reads
 * @param targets ids it should predict, position by position; −100 where nothing is asked
 * @param tags one array per metadata table, already shifted for a LIME+1 model; empty for a model
 *     without tables
 * @param documentIds if present, a position attends to earlier positions of the same id only;
 *     rotary positions run over the whole row all the same
 */
public record Batch(
        NDArray tokens, NDArray targets, List<NDArray> tags, Optional<NDArray> documentIds) {
    /** The target that is left out of the loss. */
    public static final int IGNORED = -100;

    /** Copies the list. */
    public Batch {
        tags = List.copyOf(tags);
    }
}
