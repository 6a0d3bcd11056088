package org.limelm.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.limelm.core.metadata.Feature;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.model.device.Precision;
import org.limelm.model.embedding.TokenEmbedding;

/**
 * The parts of a decoder in the order of the data's way through them.
 *
 * @param embedding tokens and tags to the residual stream
 * @param layers attention and feed-forward in turn, then the final norm
 * @param head the stream to losses or logits
 */
record DecoderBlocks(TokenEmbedding embedding, List<Block> layers, OutputHead head) {

    /**
     * Lays out the architecture over weights that are named as {@link ParameterSpec#of} says.
     *
     * @param compute returns a matrix in the format of computation
     */
    static DecoderBlocks of(
            ModelConfig config,
            MetadataSchema tables,
            Map<String, NDArray> weights,
            UnaryOperator<NDArray> compute,
            Precision precision,
            Recompute recompute,
            NDManager manager) {
        Function<String, Matrix> matrix =
                name -> {
                    NDArray master = get(weights, name);
                    return new Matrix(master, compute.apply(master));
                };
        List<Block> layers = new ArrayList<>();
        for (int i = 0; i < config.numLayers(); i++) {
            String attention = "layers." + i + ".attention.";
            String ffn = "layers." + i + ".ffn.";
            boolean again = recompute.layer(i);
            layers.add(
                    new AttentionBlock(
                            get(weights, attention + "norm"),
                            matrix.apply(attention + "qkv"),
                            headNorms(config, weights, attention),
                            matrix.apply(attention + "out"),
                            config,
                            again));
            layers.add(
                    new FeedForwardBlock(
                            get(weights, ffn + "norm"),
                            matrix.apply(ffn + "gate_up"),
                            matrix.apply(ffn + "down"),
                            config,
                            again));
        }
        layers.add(new FinalNorm(get(weights, "final.norm"), config, precision));
        String output = config.tiedHead() ? "embedding.token.weight" : "head.weight";
        return new DecoderBlocks(
                embedding(config, tables, weights, manager),
                List.copyOf(layers),
                new OutputHead(matrix.apply(output), config.logitSoftCap()));
    }

    private static TokenEmbedding embedding(
            ModelConfig config,
            MetadataSchema tables,
            Map<String, NDArray> weights,
            NDManager manager) {
        NDArray tokenTable = get(weights, "embedding.token.weight");
        double scale = config.embeddingScale() ? Math.sqrt(config.hiddenSize()) : 1;
        boolean learned = config.metadata().weight() == MetadataConfig.WeightMode.LEARNED;
        List<NDArray> metadataTables = new ArrayList<>();
        List<NDArray> factors = new ArrayList<>();
        for (Feature feature : tables.features()) {
            String name = "embedding.meta." + feature.name();
            metadataTables.add(get(weights, name));
            if (learned) {
                factors.add(get(weights, name + ".scale"));
            } else {
                factors.add(manager.create((float) config.metadata().weightValue()));
            }
        }
        return new TokenEmbedding(tokenTable, scale, metadataTables, factors, learned);
    }

    /** Returns the gains of queries and keys, (C) each, or none. */
    private static NDList headNorms(
            ModelConfig config, Map<String, NDArray> weights, String attention) {
        return config.queryKeyNorm()
                ? new NDList(
                        get(weights, attention + "query_norm"),
                        get(weights, attention + "key_norm"))
                : new NDList();
    }

    private static NDArray get(Map<String, NDArray> weights, String name) {
        NDArray weight = weights.get(name);
        if (weight == null) {
            throw new IllegalStateException("No parameter " + name + " in " + weights.keySet());
        }
        return weight;
    }
}
