package org.limelm.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.limelm.core.metadata.Feature;
import org.limelm.core.metadata.MetadataSchema;

/** Small architectures and random batches. */
public final class TestModels {
    /** Five POS tags, three entity types. */
    public static final MetadataSchema SCHEMA =
            new MetadataSchema(
                    List.of(
                            new Feature("pos", List.of("NONE", "NN", "VB", "DT", "IN")),
                            new Feature("ner", List.of("NONE", "PERSON", "GPE"))));

    private TestModels() {}

    /**
     * Returns an architecture with two layers, four query and two key/value heads, D 32, V 64, T
     * 24.
     */
    public static ModelConfig micro() {
        return config(2, Activation.GEGLU, true, false, MetadataConfig.defaults());
    }

    /** Returns a variation of {@link #micro()}; it always has four query heads. */
    public static ModelConfig config(
            int kvHeads,
            Activation activation,
            boolean tied,
            boolean scale,
            MetadataConfig metadata) {
        return new ModelConfig(
                64,
                32,
                2,
                4,
                kvHeads,
                8,
                48,
                activation,
                24,
                10_000,
                1e-6,
                tied,
                scale,
                false,
                0,
                metadata);
    }

    /**
     * Returns a configuration with normally distributed tables and learned w_d initialized to 0.7.
     */
    public static MetadataConfig learned() {
        return new MetadataConfig(
                MetadataConfig.WeightMode.LEARNED, 0.7, MetadataConfig.TableInit.NORMAL, 0.3);
    }

    /** Returns random tokens, targets (every seventh ignored), and tags. */
    public static Batch batch(
            NDManager manager, ModelConfig config, MetadataSchema schema, int rows, long seed) {
        Random random = new Random(seed);
        int length = config.contextLength();
        Shape shape = new Shape(rows, length);
        long[] tokens = ids(random, rows * length, config.vocabularySize());
        long[] targets = ids(random, rows * length, config.vocabularySize());
        for (int i = 0; i < targets.length; i += 7) {
            targets[i] = Batch.IGNORED;
        }
        List<NDArray> tags = new ArrayList<>();
        for (Feature feature : schema.features()) {
            tags.add(manager.create(ids(random, rows * length, feature.size()), shape));
        }
        return new Batch(
                manager.create(tokens, shape),
                manager.create(targets, shape),
                tags,
                Optional.empty());
    }

    private static long[] ids(Random random, int count, int bound) {
        return random.longs(count, 0, bound).toArray();
    }
}
