package org.limelm.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import org.limelm.core.LimeException;
import org.limelm.core.metadata.Feature;
import org.limelm.model.device.Precision;
import org.limelm.model.internal.torch.TorchModule;
import org.limelm.model.internal.torch.TorchValue;

/** Prepares the weights of a decoder for incremental decoding. */
final class DecodingWeights {
    private final DecoderWeights weights;
    private final Precision precision;
    private final ModelConfig config;
    private final TorchModule kernels;

    /**
     * @param kernels decoding kernels
     */
    DecodingWeights(LimeDecoder model, TorchModule kernels) {
        weights = model.weights();
        precision = model.precision();
        this.kernels = kernels;
        config = model.config();
    }

    /**
     * Returns the packed matrices: per layer qkv, out, gate and up, down; then the output matrix.
     *
     * @throws LimeException if a matrix contains a non-finite value, which packing in half
     *     precision would turn into a large finite number that the logits do not reveal
     */
    TorchValue matrices() {
        TorchValue matrices = kernels.inferValue("no_matrices");
        try {
            addAll(matrices);
            return matrices;
        } catch (RuntimeException | Error e) {
            matrices.close();
            throw e;
        }
    }

    private void addAll(TorchValue matrices) {
        // With normalized queries the factor 1 / √C is part of their gains.
        long queryRows = config.queryKeyNorm() ? 0 : (long) config.numHeads() * config.headDim();
        for (int layer = 0; layer < config.numLayers(); layer++) {
            ParameterNames.Attention attention = ParameterNames.attention(layer);
            ParameterNames.FeedForward ffn = ParameterNames.feedForward(layer);
            add(matrices, attention.qkv(), gain(attention.norm()), queryRows);
            add(matrices, attention.out(), new NDList(), 0);
            add(matrices, ffn.gateUp(), gain(ffn.norm()), 0);
            add(matrices, ffn.down(), new NDList(), 0);
        }
        add(matrices, ParameterNames.output(config), gain(ParameterNames.FINAL_NORM), 0);
    }

    private NDList gain(String norm) {
        return new NDList(weights.get(norm));
    }

    private void add(TorchValue matrices, String name, NDList gain, long queryRows) {
        NDArray weight = weights.get(name);
        requireFinite(name, weight);
        kernels.inferValue(
                        "add_matrix",
                        matrices,
                        weight,
                        gain,
                        queryRows,
                        config.headDim(),
                        precision.code())
                .close();
    }

    private void requireFinite(String name, NDArray weight) {
        try (NDManager scope = weights.newManager()) {
            float largest = kernels.infer(scope, "largest", weight).getFloat();
            if (!Float.isFinite(largest)) {
                throw new LimeException(
                        "[decoding] %s contains %s, expected finite weights"
                                .formatted(name, largest));
            }
        }
    }

    /** Returns the token table, (V, D), sharing the decoder's memory. */
    NDArray tokenTable(NDManager manager) {
        NDArray shared = weights.get(ParameterNames.TOKEN_TABLE).stopGradient();
        shared.attach(manager);
        return shared;
    }

    /** Returns one table per feature, multiplied by its weight, (tags, D). */
    NDList tables(NDManager manager) {
        NDList tables = new NDList();
        for (Feature feature : weights.tables().features()) {
            NDArray table = weights.get(ParameterNames.table(feature));
            NDArray factor = weights.factor(feature, manager);
            tables.add(kernels.infer(manager, "scale_table", table, factor));
        }
        return tables;
    }

    /**
     * Returns one array per layer with the gains of queries and keys, (H + K, C), those of queries
     * multiplied by 1 / √C; empty if queries and keys are not normalized.
     */
    NDList headNorms(NDManager manager) {
        NDList gains = new NDList();
        for (int layer = 0; layer < config.numLayers() && config.queryKeyNorm(); layer++) {
            NDList own = weights.headNorms(ParameterNames.attention(layer));
            gains.add(
                    kernels.infer(
                            manager,
                            "head_gains",
                            own.get(0),
                            own.get(1),
                            config.numHeads(),
                            config.numKvHeads()));
        }
        return gains;
    }

    /** Returns cosines and sines of all positions as complex numbers, (positions, 1, C/2). */
    NDArray rope(NDManager manager, NDArray like) {
        return kernels.infer(
                manager,
                "complex_rope",
                like,
                config.contextLength(),
                config.headDim(),
                config.ropeTheta());
    }
}
