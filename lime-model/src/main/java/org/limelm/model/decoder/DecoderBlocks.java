package org.limelm.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.limelm.core.metadata.Feature;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.model.embedding.TokenEmbedding;
import org.limelm.model.torch.Precision;

/**
 * The parts of a decoder in the order of the data's way through them.
 *
 * @param embedding tokens and tags to the residual stream
 * @param layers attention and feed-forward in turn, then the final norm
 * @param head the stream to losses or logits
 */
record DecoderBlocks(TokenEmbedding embedding, List<Block> layers, OutputHead head) {

    /** Lays out the architecture over weights that are named as {@link ParameterSpec#of} says. */
    static DecoderBlocks of(
            ModelConfig config,
            MetadataSchema tables,
            Map<String, NDArray> weights,
            Precision precision,
            Recompute recompute,
            NDManager manager) {
        List<Block> layers = new ArrayList<>();
        for (int i = 0; i < config.numLayers(); i++) {
            String attention = "layers." + i + ".attention.";
            String ffn = "layers." + i + ".ffn.";
            boolean again = recompute.layer(i);
            layers.add(
                    new AttentionBlock(
                            i,
                            get(weights, attention + "norm"),
                            get(weights, attention + "qkv"),
                            get(weights, attention + "out"),
                            config,
                            precision,
                            again));
            layers.add(
                    new FeedForwardBlock(
                            get(weights, ffn + "norm"),
                            get(weights, ffn + "gate_up"),
                            get(weights, ffn + "down"),
                            config,
                            precision,
                            again));
        }
        layers.add(new FinalNorm(get(weights, "final.norm"), config, precision));
        String output = config.tiedHead() ? "embedding.token.weight" : "head.weight";
        return new DecoderBlocks(
                embedding(config, tables, weights, manager),
                List.copyOf(layers),
                new OutputHead(get(weights, output)));
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
        NDList trained = new NDList(tokenTable);
        for (Feature feature : tables.features()) {
            String name = "embedding.meta." + feature.name();
            NDArray table = get(weights, name);
            metadataTables.add(table);
            trained.add(table);
            if (learned) {
                factors.add(get(weights, name + ".scale"));
                trained.add(get(weights, name + ".scale"));
            } else {
                factors.add(manager.create((float) config.metadata().weightValue()));
            }
        }
        return new TokenEmbedding(tokenTable, scale, metadataTables, factors, trained);
    }

    private static NDArray get(Map<String, NDArray> weights, String name) {
        NDArray weight = weights.get(name);
        if (weight == null) {
            throw new IllegalStateException("No parameter " + name + " in " + weights.keySet());
        }
        return weight;
    }
}
