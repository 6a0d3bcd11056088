package org.limelm.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import org.limelm.core.metadata.Feature;
import org.limelm.model.torch.TorchModule;

/** Which weights of a decoder take part when it reads token by token, and what they become. */
final class DecodingWeights {
    private final LimeDecoder model;
    private final ModelConfig config;
    private final TorchModule kernels;

    /**
     * @param kernels with decode_weights.py among them
     */
    DecodingWeights(LimeDecoder model, TorchModule kernels) {
        this.model = model;
        this.kernels = kernels;
        config = model.config();
    }

    /**
     * A matrix.
     *
     * @param weight its master, (R, D)
     * @param gain that of the norm before it (D), if there is one
     * @param queryRows so many of the first rows are the queries'
     * @param gated whether it is gate and up, one after the other
     */
    record Source(NDArray weight, NDList gain, long queryRows, boolean gated) {
        int rows() {
            return Math.toIntExact(weight.getShape().get(0));
        }
    }

    /** Returns per layer qkv, out, gate and up, down; then the output matrix. */
    List<Source> matrices() {
        List<Source> matrices = new ArrayList<>();
        long queryRows = (long) config.numHeads() * config.headDim();
        for (int layer = 0; layer < config.numLayers(); layer++) {
            String attention = "layers." + layer + ".attention.";
            String ffn = "layers." + layer + ".ffn.";
            matrices.add(normed(attention + "qkv", attention + "norm", queryRows, false));
            matrices.add(plain(attention + "out"));
            matrices.add(normed(ffn + "gate_up", ffn + "norm", 0, true));
            matrices.add(plain(ffn + "down"));
        }
        String output = config.tiedHead() ? "embedding.token.weight" : "head.weight";
        matrices.add(normed(output, "final.norm", 0, false));
        return matrices;
    }

    private Source normed(String name, String norm, long queryRows, boolean gated) {
        NDList gain = new NDList(model.parameter(norm));
        return new Source(model.parameter(name), gain, queryRows, gated);
    }

    private Source plain(String name) {
        return new Source(model.parameter(name), new NDList(), 0, false);
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

    /** Returns the factor of token embeddings. */
    static double tokenScale(ModelConfig config) {
        return config.embeddingScale() ? Math.sqrt(config.hiddenSize()) : 1.0;
    }
}
