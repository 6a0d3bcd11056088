package org.limelm.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.limelm.core.LimeException;
import org.limelm.core.metadata.MetadataSchema;

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

    /**
     * Checks that this batch fits a model.
     *
     * @throws LimeException if shapes differ, rows are too long, or a tag column is missing
     */
    void check(ModelConfig config, ModelFeatures features) {
        MetadataSchema tables = features.tables();
        Shape shape = tokens.getShape();
        if (shape.dimension() != 2 || shape.get(1) > config.contextLength()) {
            throw new LimeException(
                    "[model] a batch of shape "
                            + shape
                            + ", expected (B, T) with T at most contextLength "
                            + config.contextLength());
        }
        if (tags.size() != tables.size()) {
            throw new LimeException(
                    "[model] "
                            + tags.size()
                            + " columns of tags, expected one for each of "
                            + tables.names()
                            + ". Hint: check that the data was annotated with the model's schema");
        }
        for (NDArray column : tags) {
            checkShape("tags", column, shape);
        }
        if (!tagTargets.isEmpty() && tagTargets.size() != features.predicted().size()) {
            throw new LimeException(
                    "[model] %d columns of tags to predict, expected one for each of %s"
                            .formatted(tagTargets.size(), features.predicted().names()));
        }
        for (NDArray column : tagTargets) {
            checkShape("tags to predict", column, shape);
        }
        if (documentStarts.isPresent() && documentIds.isEmpty()) {
            throw new LimeException("[model] document starts without document ids");
        }
        checkShape("targets", targets, shape);
        documentIds.ifPresent(ids -> checkShape("document ids", ids, shape));
    }

    /**
     * Checks that a model can be trained on this batch.
     *
     * @throws LimeException as {@link #check}, or if there are no tags to predict for a tag head
     */
    void checkForTraining(ModelConfig config, ModelFeatures features) {
        check(config, features);
        if (features.tagHead().isPresent() && tagTargets.isEmpty()) {
            throw new LimeException(
                    "[model] a batch without tags to predict for a model with a tag head, expected those of "
                            + features.predicted().names());
        }
    }

    private static void checkShape(String what, NDArray array, Shape expected) {
        if (!array.getShape().equals(expected)) {
            throw new LimeException(
                    "[model] " + what + " of shape " + array.getShape() + ", expected " + expected);
        }
    }
}
