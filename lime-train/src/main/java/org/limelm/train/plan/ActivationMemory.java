package org.limelm.train.plan;

import org.limelm.model.decoder.ModelConfig;
import org.limelm.model.decoder.Recompute;
import org.limelm.model.device.Precision;

/**
 * Bytes of what a pass through the decoder keeps and of what it needs for a moment, as the kernels
 * of {@code org.limelm.model.decoder} allocate it. N tokens of a micro batch of rows of length T, D
 * model, H query heads, K key/value heads, C head, F feed-forward, V vocabulary, L layers; c is the
 * size of a number in the format of computation.
 */
final class ActivationMemory {
    private static final long F32 = 4;
    private static final long HEAD_CHUNK = 1 << 22; // logits, as in OutputHead
    private static final long MIN_HEAD_ROWS = 64;
    private static final long KEPT_PER_WIDTH = 8; // as in AttentionBlock
    private static final long ATTENTION_BLOCK = 64; // queries, as in attention_blocks.py

    private final ModelConfig model;
    private final boolean gpu;
    private final long c;
    private final long d;
    private final long queryWidth; // H·C
    private final long kvWidth; // K·C
    private final long f;
    private final long v;

    ActivationMemory(ModelConfig model, Precision precision, boolean gpu) {
        this.model = model;
        this.gpu = gpu;
        c = precision == Precision.BF16 ? 2 : 4;
        d = model.hiddenSize();
        queryWidth = (long) model.numHeads() * model.headDim();
        kvWidth = (long) model.numKvHeads() * model.headDim();
        f = model.ffnSize();
        v = model.vocabularySize();
    }

    /** Returns what the layers keep for the backward pass. */
    long kept(long rows, Recompute recompute) {
        long tokens = rows * model.contextLength();
        long bytes = 0;
        for (int layer = 0; layer < model.numLayers(); layer++) {
            bytes += tokens * 2 * d * F32; // inputs of attention and feed-forward, (N, D) each
            if (!recompute.layer(layer)) {
                bytes += tokens * (attentionInner() + feedForwardInner());
            }
        }
        return bytes;
    }

    /** Per token, what attention keeps between its halves. */
    private long attentionInner() {
        long inner =
                d * c // normalized input (N, D)
                        + (queryWidth + 2 * kvWidth) * c // queries, keys, values (N, (H + 2K)·C)
                        + queryWidth * c // attended values (N, H·C)
                        + beforeHeadNorms();
        return inner + (gpu ? recorded() : probabilities());
    }

    /** Per token, the projections (N, (H + 2K)·C) that the norms of queries and keys have read. */
    private long beforeHeadNorms() {
        return model.queryKeyNorm() ? (queryWidth + 2 * kvWidth) * c : 0;
    }

    /** Per token, the probabilities of attention in blocks, if it keeps them. */
    private long probabilities() {
        long length = model.contextLength();
        boolean kept = model.numHeads() * length <= KEPT_PER_WIDTH * d;
        long seen = (length + Math.min(length, ATTENTION_BLOCK)) / 2; // keys, on average
        return kept ? model.numHeads() * seen * c : 0; // (H, seen)
    }

    /** Per token, what the library's fused attention records besides. */
    private long recorded() {
        boolean grouped = model.numHeads() > model.numKvHeads();
        return (grouped ? 2 * queryWidth * c : 0) // keys and values once per query head
                + queryWidth * c // attended values before they are transposed
                + model.numHeads() * F32; // logarithms of the sums
    }

    /** Per token, what feed-forward keeps between its halves. */
    private long feedForwardInner() {
        return d * c // normalized input (N, D)
                + 2 * f * c // gate and up (N, 2F)
                + f * c; // act(gate) (N, F)
    }

    /** Returns the most that the head or one block needs for a moment. */
    long trainingWorkspace(long rows, Recompute recompute) {
        long tokens = rows * model.contextLength();
        return Math.max(
                head(tokens),
                Math.max(feedForward(tokens, recompute), attention(tokens, recompute)));
    }

    /** Whether what a block keeps is counted by its workspace, as the layer made it anew. */
    private boolean again(Recompute recompute) {
        return recompute.every() > 0;
    }

    /** The gradient of a matrix before it is widened and added; in float32 there is none. */
    private long product(long numbers) {
        return c == F32 ? 0 : numbers * c;
    }

    private long feedForward(long tokens, Recompute recompute) {
        long inner = again(recompute) ? tokens * feedForwardInner() : 0;
        long gradY = tokens * d * F32; // (N, D)
        long gates = tokens * (d + 3 * f) * c; // of y in c, of act·up, and of gate and up
        long down = tokens * (d + f) * c + product(d * f); // of y in c, act·up, matrix (D, F)
        long gateUp = tokens * 2 * f * c + product(2 * f * d); // (N, 2F), matrix (2F, D)
        return inner + gradY + Math.max(gates, Math.max(down, gateUp));
    }

    private long attention(long tokens, Recompute recompute) {
        long inner = again(recompute) ? tokens * attentionInner() : 0;
        long gradY = tokens * d * F32; // (N, D)
        long qkvWidth = queryWidth + 2 * kvWidth;
        long heads =
                tokens
                                * (queryWidth + 2 * qkvWidth)
                                * c // of o; of q, k, v before and after rotation
                        + tokens * 2 * queryWidth * F32; // rotated pairs, float32 (N, H·C)
        long qkv = tokens * qkvWidth * c + product(qkvWidth * d);
        return inner + gradY + Math.max(heads, qkv);
    }

    private long head(long tokens) {
        long stream = tokens * (d * F32 + 2 * d * c); // into and out of the last norm, its gradient
        return stream + headRows(tokens) * v * (2 * F32 + c) + product(v * d);
    }

    private long headRows(long tokens) {
        return Math.min(tokens, Math.max(MIN_HEAD_ROWS, HEAD_CHUNK / v));
    }

    /** Returns what a forward pass over so many tokens needs when nothing is kept. */
    long forwardWorkspace(long tokens) {
        long stream = 2 * tokens * d * F32; // before and after (N, D)
        long inner = tokens * (feedForwardInner() + f * c); // and act·up (N, F)
        return stream + Math.max(inner, headRows(tokens) * v * (F32 + c));
    }
}
