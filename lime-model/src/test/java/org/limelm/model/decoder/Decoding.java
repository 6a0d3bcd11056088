package org.limelm.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.limelm.model.device.Precision;

/** Test support for incremental decoding: models and comparison with a full pass. */
final class Decoding {
    private Decoding() {}

    /**
     * Returns a model with random norm gains, as the initial gains of 1 would hide missing factors.
     */
    static LimeDecoder model(ModelConfig config, NDManager manager) {
        return withGains(
                LimeDecoder.create(
                        config, TestModels.SCHEMA, Precision.F32, Recompute.NONE, manager, 5));
    }

    static LimeDecoder withGains(LimeDecoder model) {
        Random random = new Random(3);
        List<String> norms = new ArrayList<>(List.of("final.norm"));
        for (int layer = 0; layer < model.config().numLayers(); layer++) {
            norms.add("layers." + layer + ".attention.norm");
            norms.add("layers." + layer + ".ffn.norm");
            if (model.config().queryKeyNorm()) {
                norms.add("layers." + layer + ".attention.query_norm");
                norms.add("layers." + layer + ".attention.key_norm");
            }
        }
        for (String norm : norms) {
            change(
                    model.parameter(norm),
                    values -> {
                        for (int i = 0; i < values.length; i++) {
                            values[i] = 0.5f + random.nextFloat();
                        }
                    });
        }
        return model;
    }

    static void change(NDArray array, Consumer<float[]> change) {
        float[] values = array.toFloatArray();
        change.accept(values);
        array.set(values);
    }

    static NDArray extend(
            CachedDecoder cached, KvCache cache, Batch batch, int from, int to, NDManager manager) {
        String range = ":, " + from + ":" + to;
        List<long[]> tags =
                batch.tags().stream().map(column -> column.get(range).toLongArray()).toList();
        float[] logits = cached.extend(cache, batch.tokens().get(range).toLongArray(), tags);
        return manager.create(logits, new Shape(cache.batch(), logits.length / cache.batch()));
    }

    static void assertClose(NDArray logits, NDArray all, int position) {
        assertThat(error(logits, all, position)).as("position " + position).isLessThan(1e-5);
    }

    static double error(NDArray logits, NDArray all, int position) {
        NDArray expected = all.get(":, " + position);
        return logits.sub(expected).norm().getFloat() / expected.norm().getFloat();
    }

    /**
     * Decodes with a model in bfloat16.
     *
     * @return the relative errors of the cached logits and of the full pass against float32
     */
    static double[] bfloat16Errors(MatrixFormat format) {
        ModelConfig config = TestModels.micro();
        try (NDManager manager = NDManager.newBaseManager();
                LimeDecoder exact = model(config, manager);
                LimeDecoder rounded =
                        withGains(
                                LimeDecoder.create(
                                        config,
                                        TestModels.SCHEMA,
                                        Precision.BF16,
                                        Recompute.NONE,
                                        manager,
                                        5));
                CachedDecoder cached = CachedDecoder.of(rounded, format);
                KvCache cache = cached.newCache(2, 12)) {
            Batch batch = TestModels.batch(manager, config, TestModels.SCHEMA, 2, 8);
            NDArray expected = exact.logits(batch, manager);
            NDArray full = rounded.logits(batch, manager).get(":, 11");
            NDArray logits = extend(cached, cache, batch, 0, 12, manager);
            return new double[] {error(logits, expected, 11), error(full, expected, 11)};
        }
    }
}
