package org.limelm.model.decoder;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A batch of training rows. Arrays are int64 of shape (B, T) unless stated otherwise, on the
 * model's device.
 *
 * @param tokens input ids
 * @param targets ids to predict at each position; −100 = ignored
 * @param tags one array per metadata table, already shifted for a LIME+1 model; empty if the model
 *     has no tables
 * @param tagTargets the tags of the target, one array per predicted feature, −100 = ignored; may be
 *     empty if they are not to be scored
 * @param documentIds if present, a position attends only to earlier positions with the same id.
 *     Positions with equal ids are adjacent. Rotary positions still count from the start of the row
 * @param documentStarts int32 (documents + 1): where the documents start in the B·T positions, and
 *     the end; may be absent, in which case a pass on a GPU computes it on the host
 */
public record Batch(
        NDArray tokens,
        NDArray targets,
        List<NDArray> tags,
        List<NDArray> tagTargets,
        Optional<NDArray> documentIds,
        Optional<NDArray> documentStarts) {
    /**
     * A target excluded from the loss: padding, or the start of the next document under the mask.
     */
    public static final long IGNORED = -100;

    /** Copies the lists. */
    public Batch {
        tags = List.copyOf(tags);
        tagTargets = List.copyOf(tagTargets);
    }

    /** Creates a batch without tags to predict and without document starts. */
    public Batch(
            NDArray tokens, NDArray targets, List<NDArray> tags, Optional<NDArray> documentIds) {
        this(tokens, targets, tags, List.of(), documentIds, Optional.empty());
    }

    /**
     * Returns where rows or documents in them start, and the end.
     *
     * @param documentIds (B·T)
     * @param length T
     */
    public static int[] documentStarts(long[] documentIds, int length) {
        return IntStream.rangeClosed(0, documentIds.length)
                .filter(
                        i ->
                                i % length == 0
                                        || i == documentIds.length
                                        || documentIds[i] != documentIds[i - 1])
                .toArray();
    }
}
