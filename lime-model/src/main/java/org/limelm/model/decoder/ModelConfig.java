package org.limelm.model.decoder;

import io.soabase.recordbuilder.core.RecordBuilder;
import org.limelm.core.ConfigException;
import org.limelm.core.config.Doc;

/**
 * The architecture of a decoder: pre-norm with RMSNorm, rotary positions, grouped-query attention
 * and a gated feed-forward layer. Gemma and Llama are instances of it.
 *
 * @param vocabularySize V, the number of token ids
 * @param hiddenSize D, the width of the residual stream
 * @param numLayers L
 * @param numHeads H, query heads
 * @param numKvHeads K, key and value heads; divides H
 * @param headDim C, the width of a head; even
 * @param ffnSize F, the width of the feed-forward layer
 * @param activation the feed-forward gate
 * @param contextLength the maximum number of positions
 * @param ropeTheta base of the rotary frequencies
 * @param normEpsilon added to the mean square in RMSNorm
 * @param tiedHead whether the output matrix is the token table
 * @param embeddingScale whether token embeddings are multiplied by √D; metadata is added after
 * @param queryKeyNorm whether queries and keys are normalized by RMSNorm, with one gain per head
 *     channel, before the rotation (Henry et al. 2020, arXiv 2010.04245; as in Qwen 3 and Gemma 3)
 * @param logitSoftCap c of the soft cap c·tanh(z/c) on the logits z (Gemma 2, arXiv 2408.00118); 0
 *     = off
 * @param metadata how metadata enters the model; has no effect without tables
 */
@RecordBuilder
public record ModelConfig(
        @Doc("number of token ids; taken from the tokenizer where there is one") int vocabularySize,
        @Doc("width D of the residual stream") int hiddenSize,
        @Doc("number of layers, each attention and feed-forward") int numLayers,
        @Doc("query heads") int numHeads,
        @Doc("key and value heads, a divisor of numHeads") int numKvHeads,
        @Doc("width of a head, even") int headDim,
        @Doc("width of the feed-forward layer") int ffnSize,
        @Doc("gate of the feed-forward layer: geglu (Gemma) or swiglu (Llama)")
                Activation activation,
        @Doc("positions per row, in tokens") int contextLength,
        @Doc("base of the rotary position frequencies") double ropeTheta,
        @Doc("added to the mean square in RMSNorm") double normEpsilon,
        @Doc("whether the output matrix is the token table") boolean tiedHead,
        @Doc("whether token embeddings are multiplied by the root of hiddenSize")
                boolean embeddingScale,
        @Doc("whether queries and keys are normalized") boolean queryKeyNorm,
        @Doc("c, where logits z become c tanh(z / c); 0 = off") double logitSoftCap,
        @Doc("how metadata enters") MetadataConfig metadata)
        implements ModelConfigBuilder.With {

    /**
     * Checks the sizes and their consistency.
     *
     * @throws ConfigException naming the key
     */
    public ModelConfig {
        positive("vocabularySize", vocabularySize);
        positive("hiddenSize", hiddenSize);
        positive("numLayers", numLayers);
        positive("numHeads", numHeads);
        positive("numKvHeads", numKvHeads);
        positive("headDim", headDim);
        positive("ffnSize", ffnSize);
        positive("contextLength", contextLength);
        if (numHeads % numKvHeads != 0) {
            throw new ConfigException(
                    "[model] numKvHeads "
                            + numKvHeads
                            + " does not divide numHeads "
                            + numHeads
                            + ". Hint: every key/value head serves the same number of query"
                            + " heads.");
        }
        if (headDim % 2 != 0) {
            throw new ConfigException(
                    "[model] headDim "
                            + headDim
                            + ", expected an even number, since rotary positions rotate pairs");
        }
        if (!(ropeTheta > 0 && Double.isFinite(ropeTheta))) {
            throw new ConfigException("[model] ropeTheta " + ropeTheta + ", expected above 0");
        }
        if (!(normEpsilon > 0 && Double.isFinite(normEpsilon))) {
            throw new ConfigException("[model] normEpsilon " + normEpsilon + ", expected above 0");
        }
        checkSoftCap(logitSoftCap);
    }

    private static void checkSoftCap(double cap) {
        if (!(cap >= 0 && Double.isFinite(cap))) {
            throw new ConfigException("[model] logitSoftCap " + cap + ", expected 0 or more");
        }
    }

    private static void positive(String key, int value) {
        if (value < 1) {
            throw new ConfigException("[model] " + key + " " + value + ", expected at least 1");
        }
    }

    /** Returns the {@code mini} preset. */
    public static ModelConfig defaults() {
        return ModelPresets.mini();
    }

    /** Returns the factor of token embeddings, √D or 1. */
    double tokenScale() {
        return embeddingScale ? Math.sqrt(hiddenSize) : 1;
    }

    /** Returns the number of trainable parameters with the given features. */
    public long parameterCount(ModelFeatures features) {
        return ParameterSpec.of(this, features).stream()
                .mapToLong(spec -> spec.shape().size())
                .sum();
    }

    /**
     * Returns the floating-point operations of training on one token: 6·N + 6·L·H·C·T. N is the
     * number of weights that multiply activations (layers and output matrix, without look-ups and
     * norms); the factor 6 is one multiply-add in the forward and two in the backward pass. The
     * second term is causal attention, where a position attends to T/2 others on average:
     * 2·2·(T/2)·H·C forward, twice that backward. Recomputation is not counted.
     *
     * @param length T, positions per sequence
     */
    public double flopsPerToken(int length) {
        double queryWidth = (double) numHeads * headDim;
        double kvWidth = (double) numKvHeads * headDim;
        double attention = hiddenSize * (2 * queryWidth + 2 * kvWidth);
        double feedForward = 3.0 * hiddenSize * ffnSize;
        double head = (double) vocabularySize * hiddenSize;
        double matrices = numLayers * (attention + feedForward) + head;
        return 6 * matrices + 6 * numLayers * queryWidth * length;
    }
}
