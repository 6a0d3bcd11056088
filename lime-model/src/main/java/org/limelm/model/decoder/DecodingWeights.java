package org.limelm.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import org.limelm.core.LimeException;
import org.limelm.core.metadata.Feature;
import org.limelm.model.internal.torch.TorchModule;
import org.limelm.model.internal.torch.TorchValue;

/** Which weights of a decoder take part when it reads token by token, and what they become. */
final class DecodingWeights {
    private final LimeDecoder model;
    private final ModelConfig config;
    private final TorchModule kernels;

    /**
     * @param kernels those of decoding
     */
    DecodingWeights(LimeDecoder model, TorchModule kernels) {
        this.model = model;
        this.kernels = kernels;
        config = model.config();
    }

    /**
     * Returns per layer qkv, out, gate and up, down; then the output matrix: packed.
     *
     * @throws LimeException if one of them holds a value that is not finite: packed in half
     *     precision it would be a large number, and the logits would not show it
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
            String attention = "layers." + layer + ".attention.";
            String ffn = "layers." + layer + ".ffn.";
            add(matrices, attention + "qkv", gain(attention + "norm"), queryRows);
            add(matrices, attention + "out", new NDList(), 0);
            add(matrices, ffn + "gate_up", gain(ffn + "norm"), 0);
            add(matrices, ffn + "down", new NDList(), 0);
        }
        String output = config.tiedHead() ? "embedding.token.weight" : "head.weight";
        add(matrices, output, gain("final.norm"), 0);
    }

    private NDList gain(String norm) {
        return new NDList(model.parameter(norm));
    }

    private void add(TorchValue matrices, String name, NDList gain, long queryRows) {
        NDArray weight = model.parameter(name);
        requireFinite(name, weight);
        kernels.inferValue(
                        "add_matrix",
                        matrices,
                        weight,
                        gain,
                        queryRows,
                        config.headDim(),
                        model.precision().code())
                .close();
    }

    private void requireFinite(String name, NDArray weight) {
        try (NDManager scope = weight.getManager().newSubManager()) {
            float largest = kernels.infer(scope, "largest", weight).getFloat();
            if (!Float.isFinite(largest)) {
                throw new LimeException(
                        "[decoding] %s holds %s, expected finite weights".formatted(name, largest));
            }
        }
    }

    /** Returns the token table, (V, D): the decoder's own memory, which lives as long as this. */
    NDArray tokenTable(NDManager manager) {
        NDArray shared = model.parameter("embedding.token.weight").stopGradient();
        shared.attach(manager);
        return shared;
    }

    /** Returns per feature its table times its weight, (tags, D). */
    NDList tables(NDManager manager) {
        NDList tables = new NDList();
        for (Feature feature : model.tables().features()) {
            tables.add(weighed("embedding.meta." + feature.name(), manager));
        }
        return tables;
    }

    private NDArray weighed(String name, NDManager manager) {
        boolean learned = config.metadata().weight() == MetadataConfig.WeightMode.LEARNED;
        NDArray weight =
                learned
                        ? model.parameter(name + ".scale")
                        : manager.create((float) config.metadata().weightValue());
        return kernels.infer(manager, "weigh_table", model.parameter(name), weight);
    }

    /**
     * Returns per layer the gains of queries and keys, (H + K, C), those of queries times 1 / √C;
     * or nothing where they are not normalized.
     */
    NDList headNorms(NDManager manager) {
        NDList gains = new NDList();
        for (int layer = 0; layer < config.numLayers() && config.queryKeyNorm(); layer++) {
            String attention = "layers." + layer + ".attention.";
            gains.add(
                    kernels.infer(
                            manager,
                            "head_gains",
                            model.parameter(attention + "query_norm"),
                            model.parameter(attention + "key_norm"),
                            config.numHeads(),
                            config.numKvHeads()));
        }
        return gains;
    }

    /** Returns cosines and sines of all positions as complex numbers, (positions, 1, C/2). */
    NDArray turns(NDManager manager, NDArray like) {
        return kernels.infer(
                manager,
                "rotations",
                like,
                config.contextLength(),
                config.headDim(),
                config.ropeTheta());
    }
}
