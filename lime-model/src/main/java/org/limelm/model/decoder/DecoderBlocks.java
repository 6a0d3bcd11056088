package org.limelm.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import org.limelm.core.metadata.Feature;
import org.limelm.model.device.Precision;
import org.limelm.model.embedding.TokenEmbedding;

/**
 * The parts of a decoder in forward order.
 *
 * @param embedding maps tokens and tags to the residual stream
 * @param layers alternating attention and feed-forward blocks, then the final norm
 * @param head maps the stream to losses or logits
 */
record DecoderBlocks(TokenEmbedding embedding, List<Block> layers, OutputHead head) {

    /**
     * Builds the architecture over its weights.
     *
     * @param owner owner of the constants
     */
    static DecoderBlocks of(
            DecoderWeights weights, Precision precision, Recompute recompute, NDManager owner) {
        ModelConfig config = weights.config();
        List<Block> layers = new ArrayList<>();
        for (int i = 0; i < config.numLayers(); i++) {
            layers.add(attention(weights, i, recompute.layer(i)));
            layers.add(feedForward(weights, i, recompute.layer(i)));
        }
        layers.add(new FinalNorm(weights.get(ParameterNames.FINAL_NORM), config, precision));
        return new DecoderBlocks(
                embedding(weights, owner),
                List.copyOf(layers),
                new OutputHead(
                        weights.matrix(ParameterNames.output(config)), config.logitSoftCap()));
    }

    private static Block attention(DecoderWeights weights, int layer, boolean recomputes) {
        ParameterNames.Attention names = ParameterNames.attention(layer);
        return new AttentionBlock(
                weights.get(names.norm()),
                weights.matrix(names.qkv()),
                weights.headNorms(names),
                weights.matrix(names.out()),
                weights.config(),
                recomputes);
    }

    private static Block feedForward(DecoderWeights weights, int layer, boolean recomputes) {
        ParameterNames.FeedForward names = ParameterNames.feedForward(layer);
        return new FeedForwardBlock(
                weights.get(names.norm()),
                weights.matrix(names.gateUp()),
                weights.matrix(names.down()),
                weights.config(),
                recomputes);
    }

    private static TokenEmbedding embedding(DecoderWeights weights, NDManager owner) {
        List<NDArray> tables = new ArrayList<>();
        List<NDArray> factors = new ArrayList<>();
        for (Feature feature : weights.tables().features()) {
            tables.add(weights.get(ParameterNames.table(feature)));
            factors.add(weights.factor(feature, owner));
        }
        ModelConfig config = weights.config();
        return new TokenEmbedding(
                weights.get(ParameterNames.TOKEN_TABLE),
                config.tokenScale(),
                tables,
                factors,
                config.metadata().hasLearnedWeights());
    }

    /** Returns the weights in the order in which a backward pass completes their gradients. */
    List<NDArray> completionOrder() {
        List<NDArray> order = new ArrayList<>();
        if (!isTied()) {
            order.add(head.weight().master());
        }
        for (int i = layers.size() - 1; i >= 0; i--) {
            order.addAll(layers.get(i).parameters());
        }
        order.addAll(embedding.parameters());
        return order;
    }

    /** Returns whether the output matrix is the token table. */
    boolean isTied() {
        return head.weight().master() == embedding.tokenTable();
    }
}
