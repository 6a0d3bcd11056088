package org.limelm.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Optional;
import org.limelm.core.LimeException;
import org.limelm.core.metadata.Feature;
import org.limelm.model.torch.MatrixFormat;
import org.limelm.model.torch.TorchModule;
import org.limelm.model.torch.TorchValue;

/**
 * A snapshot of a decoder for reading texts token by token: its matrices are packed for products
 * with few rows, with the norms' gains folded in. Of the decoder itself only the token table is
 * read; change its weights, and a new snapshot is due. A snapshot may be used from several threads,
 * a cache by one at a time.
 */
public final class CachedDecoder implements AutoCloseable {
    private final LimeDecoder model;
    private final ModelConfig config;
    private final MatrixFormat format;
    private final NDManager manager;
    private final TorchModule kernels;
    private final NDArray tokenTable; // (V, D)
    private final NDList tables; // per feature (tags, D), times w_d
    private final TorchValue matrices; // 4L + 1, see decode.py
    private final NDArray turns; // complex (contextLength, 1, C/2)

    private CachedDecoder(LimeDecoder model, MatrixFormat format) {
        this.model = model;
        this.format = format;
        config = model.config();
        tokenTable = model.parameter("embedding.token.weight");
        manager = tokenTable.getManager().newSubManager();
        kernels = TorchModule.decoding(format);
        tables = new NDList();
        for (Feature feature : model.tables().features()) {
            tables.add(weighed("embedding.meta." + feature.name()));
        }
        matrices = kernels.inferValue("no_matrices");
        long queryRows = (long) config.numHeads() * config.headDim();
        for (int layer = 0; layer < config.numLayers(); layer++) {
            String attention = "layers." + layer + ".attention.";
            String ffn = "layers." + layer + ".ffn.";
            add(attention + "qkv", Optional.of(attention + "norm"), queryRows);
            add(attention + "out", Optional.empty(), 0);
            add(ffn + "gate_up", Optional.of(ffn + "norm"), 0);
            add(ffn + "down", Optional.empty(), 0);
        }
        String output = config.tiedHead() ? "embedding.token.weight" : "head.weight";
        add(output, Optional.of("final.norm"), 0);
        turns =
                kernels.infer(
                        manager,
                        "rotations",
                        tokenTable,
                        config.contextLength(),
                        config.headDim(),
                        config.ropeTheta());
    }

    /**
     * Takes the snapshot; it lives on the decoder's device, at most as long as the decoder.
     *
     * @param batch rows that will be read side by side; others work too, if not as fast
     */
    public static CachedDecoder of(LimeDecoder model, int batch) {
        NDManager manager = model.parameter("final.norm").getManager();
        return of(model, MatrixFormat.fastest(manager.getDevice(), model.precision(), batch));
    }

    /** Takes the snapshot with matrices of a given format. */
    static CachedDecoder of(LimeDecoder model, MatrixFormat format) {
        return new CachedDecoder(model, format);
    }

    private NDArray weighed(String name) {
        boolean learned = config.metadata().weight() == MetadataConfig.WeightMode.LEARNED;
        NDArray weight =
                learned
                        ? model.parameter(name + ".scale")
                        : manager.create((float) config.metadata().weightValue());
        return kernels.infer(manager, "weigh_table", model.parameter(name), weight);
    }

    private void add(String name, Optional<String> norm, long queryRows) {
        NDList gain = new NDList();
        norm.ifPresent(gainName -> gain.add(model.parameter(gainName)));
        kernels.inferValue(
                        "add_matrix",
                        matrices,
                        model.parameter(name),
                        gain,
                        queryRows,
                        config.headDim(),
                        model.precision().code())
                .close();
    }

    /** Returns how the matrices are packed. */
    public MatrixFormat format() {
        return format;
    }

    /**
     * Returns an empty cache, to be closed by the caller.
     *
     * @param batch rows read side by side
     * @param capacity positions that shall fit, at most the context length
     * @throws LimeException if it exceeds the context length
     */
    public KvCache newCache(int batch, int capacity) {
        if (capacity > config.contextLength()) {
            throw new LimeException(
                    "[cache] "
                            + capacity
                            + " positions asked for, the model was made for "
                            + config.contextLength());
        }
        TorchValue layers =
                kernels.inferValue(
                        "new_cache",
                        tokenTable,
                        config.numLayers(),
                        batch,
                        config.numKvHeads(),
                        capacity,
                        config.headDim());
        return new KvCache(layers, batch, capacity);
    }

    /**
     * Reads the tokens that follow those in the cache and returns the logits after the last. The
     * result can take no part in differentiation.
     *
     * @param cache receives the new positions
     * @param tokens int64 (B, T), T at least 1
     * @param tags one int64 (B, T) per table
     * @param scope owner of the result
     * @return float32 (B, V)
     * @throws LimeException if the cache has no room for T more, or tokens or tags are not of the
     *     cache's batch
     */
    public NDArray extend(KvCache cache, NDArray tokens, List<NDArray> tags, NDManager scope) {
        int length = check(cache, tokens, tags);
        NDArray logits =
                kernels.infer(
                        scope,
                        "extend",
                        tokenTable,
                        tables,
                        matrices,
                        turns,
                        cache.layers(),
                        tokens,
                        tags,
                        cache.length(),
                        config.numHeads(),
                        config.embeddingScale() ? Math.sqrt(config.hiddenSize()) : 1.0,
                        config.activation().label(),
                        config.normEpsilon());
        cache.advance(length);
        return logits;
    }

    /** Returns T. */
    private int check(KvCache cache, NDArray tokens, List<NDArray> tags) {
        Shape shape = tokens.getShape();
        if (shape.dimension() != 2 || shape.get(0) != cache.batch()) {
            throw new LimeException(
                    "[cache] tokens of shape %s, expected (%d, T)".formatted(shape, cache.batch()));
        }
        int length = Math.toIntExact(shape.get(1));
        if (cache.length() + length > cache.capacity()) {
            throw new LimeException(
                    "[cache] no room for %d tokens after %d of %d"
                            .formatted(length, cache.length(), cache.capacity()));
        }
        if (tags.size() != tables.size()) {
            throw new LimeException(
                    "[cache] %d columns of tags, expected %d"
                            .formatted(tags.size(), tables.size()));
        }
        return length;
    }

    /** Frees the snapshot; a second call does nothing. */
    @Override
    public void close() {
        matrices.close();
        manager.close();
        kernels.close();
    }
}
