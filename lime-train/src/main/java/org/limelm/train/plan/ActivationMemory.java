package org.limelm.train.plan;

import org.limelm.model.decoder.ModelConfig;
import org.limelm.model.decoder.Recompute;
import org.limelm.model.torch.Precision;

/**
 * Bytes of what a pass through the decoder keeps and of what it needs for a moment. Dimensions as
 * in {@code org.limelm.model.decoder}: N tokens of a micro batch, D model, H query heads, K
 * key/value heads, C head, F feed-forward, V vocabulary, L layers; c is the size of a number in the
 * format of computation.
 */
final class ActivationMemory {
    private static final long F32 = 4;

    private final ModelConfig model;
    private final long c;
    private final long d;
    private final long queryWidth; // H·C
    private final long kvWidth; // K·C
    private final long f;
    private final long v;

    ActivationMemory(ModelConfig model, Precision precision) {
        this.model = model;
        c = precision == Precision.BF16 ? 2 : 4;
        d = model.hiddenSize();
        queryWidth = (long) model.numHeads() * model.headDim();
        kvWidth = (long) model.numKvHeads() * model.headDim();
        f = model.ffnSize();
        v = model.vocabularySize();
    }

    /** Returns what the forward pass keeps for the backward pass. */
    long kept(long tokens, Recompute recompute) {
        long bytes = 0;
        for (int layer = 0; layer < model.numLayers(); layer++) {
            bytes += tokens * inputs();
            if (!recompute.layer(layer)) {
                bytes += tokens * intermediates();
            }
        }
        return bytes + tokens * (d * F32 + d * c); // final norm: input (N, D), output (N, D)
    }

    /** Per token of a layer: the inputs of attention and of feed-forward, float32 (N, D) each. */
    private long inputs() {
        return 2 * d * F32;
    }

    /** Per token of a layer that does not recompute. */
    private long intermediates() {
        long qkv = (queryWidth + 2 * kvWidth) * c; // (N, (H + 2K)·C)
        long attended = queryWidth * c + model.numHeads() * F32; // (N, H·C), log-sums (N, H)
        long gateUp = 2 * f * c; // (N, 2F)
        return qkv + attended + gateUp;
    }

    /**
     * Returns the largest of what one layer or the head needs for a moment in the backward pass.
     */
    long trainingWorkspace(long tokens) {
        return Math.max(headWorkspace(tokens), Math.max(feedForward(tokens), attention(tokens)));
    }

    private long feedForward(long tokens) {
        long perToken =
                2 * f * c // gate and up, recomputed or kept: (N, 2F)
                        + 2 * f * c // their gradient (N, 2F)
                        + f * c // act(gate)·up (N, F)
                        + f * c // its gradient (N, F)
                        + 2 * d * c // normalized input and its gradient (N, D)
                        + 2 * d * F32; // gradients of output and input (N, D)
        return tokens * perToken + 2 * f * d * c; // gradient of gate_up before it is added (2F, D)
    }

    private long attention(long tokens) {
        long perToken =
                2 * (queryWidth + 2 * kvWidth) * c // queries, keys, values and their gradients
                        + 2 * queryWidth * c // attended values and their gradient
                        + 2 * d * c // normalized input and its gradient (N, D)
                        + 2 * d * F32; // gradients of output and input (N, D)
        return tokens * perToken + (queryWidth + 2 * kvWidth) * d * c; // gradient of qkv
    }

    private long headWorkspace(long tokens) {
        long rows = Math.min(tokens, Math.max(64, (1 << 21) / v));
        long chunk = rows * v * (2 * F32 + c); // logits, probabilities, and those in c: (n, V)
        return tokens * d * c + chunk + v * d * c; // gradient of x (N, D), and of the matrix (V, D)
    }

    /** Returns what a forward pass without gradients needs beside the stream. */
    long forwardWorkspace(long tokens) {
        long perToken =
                3 * f * c // gate and up, and their product
                        + d * c // normalized input (N, D)
                        + 2 * d * F32; // stream before and after (N, D)
        long rows = Math.min(tokens, Math.max(64, (1 << 21) / v));
        return tokens * perToken + rows * v * 2 * F32;
    }
}
