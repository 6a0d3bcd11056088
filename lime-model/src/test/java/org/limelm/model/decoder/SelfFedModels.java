package org.limelm.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.model.device.Precision;

/** Small models with a tag head, and batches with tags to predict. */
public final class SelfFedModels {
    static final int SEED = 11;

    /** Where the second document starts in rows of documents. */
    static final int SECOND_DOCUMENT = 9;

    private SelfFedModels() {}

    /** Returns a model with random tables, conditions and head. */
    public static LimeDecoder of(ModelConfig config, TagHeadConfig.Input input, NDManager manager) {
        return of(config, input, TestModels.SCHEMA, manager);
    }

    /** Returns a model with other tables. */
    static LimeDecoder of(
            ModelConfig config,
            TagHeadConfig.Input input,
            MetadataSchema tables,
            NDManager manager) {
        TagHeadConfig head = new TagHeadConfig(TestModels.SCHEMA, input);
        LimeDecoder model =
                LimeDecoder.create(
                        config,
                        new ModelFeatures(tables, Optional.of(head)),
                        Precision.F32,
                        Recompute.NONE,
                        manager,
                        InitConfig.defaults(),
                        SEED);
        Random random = new Random(SEED);
        model.parameters()
                .forEach(
                        (name, weight) -> {
                            if (name.startsWith("tag_head.") || name.startsWith("embedding.meta")) {
                                float[] values = new float[(int) weight.size()];
                                for (int i = 0; i < values.length; i++) {
                                    values[i] = (float) (0.3 * random.nextGaussian());
                                }
                                if (!weight.getShape().isScalar()) {
                                    manager.create(values, weight.getShape()).copyTo(weight);
                                }
                            }
                        });
        model.weightsChanged();
        return model;
    }

    /**
     * Returns a batch. As in LIME+1, the tags to predict are those that the position reads, or are
     * ignored with the target.
     */
    static Batch batch(NDManager manager, LimeDecoder model, int rows, boolean documents) {
        Batch plain = TestModels.batch(manager, model.config(), TestModels.SCHEMA, rows, 5);
        long[] targets = plain.targets().toLongArray();
        Shape shape = plain.tokens().getShape();
        List<NDArray> tagTargets =
                plain.tags().stream()
                        .map(
                                tags -> {
                                    long[] ids = tags.toLongArray();
                                    for (int i = 0; i < ids.length; i++) {
                                        ids[i] = targets[i] < 0 ? Batch.IGNORED : ids[i];
                                    }
                                    return manager.create(ids, shape);
                                })
                        .toList();
        long[] ids = new long[targets.length];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = i % model.config().contextLength() < SECOND_DOCUMENT ? 0 : 1;
        }
        return new Batch(
                plain.tokens(),
                plain.targets(),
                plain.tags(),
                tagTargets,
                documents ? Optional.of(manager.create(ids, shape)) : Optional.empty(),
                Optional.empty());
    }

    /** Returns the number of targets that are not ignored. */
    static double predicted(Batch batch) {
        double count = 0;
        for (long target : batch.targets().toLongArray()) {
            count += target < 0 ? 0 : 1;
        }
        return count;
    }

    static double sum(NDArray array) {
        double sum = 0;
        for (float value : array.toFloatArray()) {
            sum += value;
        }
        return sum;
    }
}
