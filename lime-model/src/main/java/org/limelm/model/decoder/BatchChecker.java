package org.limelm.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import org.limelm.core.LimeException;
import org.limelm.core.metadata.Feature;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.model.internal.torch.Kernels;
import org.limelm.model.internal.torch.TorchModule;

/**
 * Checks that batches fit a model: shapes, columns and, on the CPU, ids. On a GPU, reading the ids
 * would make the host wait; there, a target beyond the vocabulary gives a loss of NaN, and another
 * id out of range ends the process's use of the GPU.
 */
final class BatchChecker {
    private final ModelConfig config;
    private final ModelFeatures features;
    private final boolean readsIds;
    private final TorchModule kernels = Kernels.TENSOR.load();

    /**
     * A column of ids.
     *
     * @param bound ids must be at least 0 and below this
     */
    private record Column(String name, NDArray ids, long bound) {}

    BatchChecker(DecoderWeights weights) {
        config = weights.config();
        features = weights.features();
        readsIds = !weights.device().isGpu();
    }

    /**
     * Checks a batch.
     *
     * @throws LimeException if shapes differ, rows are too long, a column of tags is missing, or an
     *     id is out of range
     */
    void check(Batch batch) {
        MetadataSchema tables = features.tables();
        Shape shape = batch.tokens().getShape();
        if (shape.dimension() != 2 || shape.size() == 0 || shape.get(1) > config.contextLength()) {
            throw new LimeException(
                    "[model] a batch of shape "
                            + shape
                            + ", expected (B, T) with at least one position and T at most contextLength "
                            + config.contextLength());
        }
        if (batch.tags().size() != tables.size()) {
            throw new LimeException(
                    "[model] "
                            + batch.tags().size()
                            + " columns of tags, expected one for each of "
                            + tables.names()
                            + ". Hint: check that the data was annotated with the model's schema");
        }
        MetadataSchema predicted = features.predicted();
        if (!batch.tagTargets().isEmpty() && batch.tagTargets().size() != predicted.size()) {
            throw new LimeException(
                    "[model] %d columns of tags to predict, expected one for each of %s"
                            .formatted(batch.tagTargets().size(), predicted.names()));
        }
        if (batch.documentStarts().isPresent() && batch.documentIds().isEmpty()) {
            throw new LimeException("[model] document starts without document ids");
        }
        List<Column> read = new ArrayList<>();
        read.add(new Column("tokens", batch.tokens(), config.vocabularySize()));
        read.addAll(columns("tags", batch.tags(), tables));
        List<Column> targets = new ArrayList<>();
        targets.add(new Column("targets", batch.targets(), config.vocabularySize()));
        targets.addAll(columns("tags to predict", batch.tagTargets(), predicted));
        read.forEach(column -> checkShape(column.name(), column.ids(), shape));
        targets.forEach(column -> checkShape(column.name(), column.ids(), shape));
        batch.documentIds().ifPresent(ids -> checkShape("document ids", ids, shape));
        if (readsIds) {
            checkIds(read, targets);
        }
    }

    /**
     * Checks that a model can be trained on a batch.
     *
     * @throws LimeException as {@link #check}, or if there are no tags to predict for a tag head
     */
    void checkForTraining(Batch batch) {
        check(batch);
        if (features.tagHead().isPresent() && batch.tagTargets().isEmpty()) {
            throw new LimeException(
                    "[model] a batch without tags to predict for a model with a tag head, expected those of "
                            + features.predicted().names());
        }
    }

    private static List<Column> columns(String name, List<NDArray> ids, MetadataSchema schema) {
        List<Column> columns = new ArrayList<>();
        for (NDArray array : ids) {
            Feature feature = schema.features().get(columns.size());
            columns.add(new Column(feature.name() + " " + name, array, feature.size()));
        }
        return columns;
    }

    private static void checkShape(String what, NDArray array, Shape expected) {
        if (!array.getShape().equals(expected)) {
            throw new LimeException(
                    "[model] " + what + " of shape " + array.getShape() + ", expected " + expected);
        }
    }

    private void checkIds(List<Column> read, List<Column> targets) {
        long[] ranges; // least and largest id by column
        try (NDManager scope = read.get(0).ids().getManager().newSubManager()) {
            ranges =
                    kernels.infer(scope, "ranges", ids(read), ids(targets), Batch.IGNORED)
                            .toLongArray();
        }
        int next = 0;
        for (Column column : read) {
            checkRange(column, ranges[next++], ranges[next++], "");
        }
        for (Column column : targets) {
            checkRange(column, ranges[next++], ranges[next++], ", or -100 to ignore a target");
        }
    }

    private static NDList ids(List<Column> columns) {
        NDList ids = new NDList(columns.size());
        columns.forEach(column -> ids.add(column.ids()));
        return ids;
    }

    private static void checkRange(Column column, long least, long largest, String orElse) {
        if (least < 0 || largest >= column.bound()) {
            throw new LimeException(
                    "[model] %s contain id %d, expected 0 to %d%s"
                            .formatted(
                                    column.name(),
                                    least < 0 ? least : largest,
                                    column.bound() - 1,
                                    orElse));
        }
    }
}
