package org.limelm.train.plan;

import org.limelm.model.decoder.ModelConfig;
import org.limelm.model.decoder.Recompute;
import org.limelm.model.device.Precision;

/**
 * Memory of saved activations and temporary buffers of a pass through the decoder, as allocated by
 * the kernels of {@code org.limelm.model.decoder}. Dimensions: N tokens of a micro batch of rows of
 * length T, D model, H query heads, K key/value heads, C head, F feed-forward, V vocabulary, L
 * layers; c is the size in bytes of a value in the compute format.
 */
final class ActivationMemory {
    private static final long F32 = 4;
    private static final long HEAD_CHUNK = 1 << 22; // logits, as in OutputHead
    private static final long GPU_HEAD_CHUNK = 1 << 27;
    private static final long GPU_SEPARATE_CHUNK = 1 << 24; // as in TorchRowKernels
    private static final long GPU_SCORE_CHUNK = 1 << 25;
    private static final long MIN_HEAD_ROWS = 64;
    private static final long SAVED_PER_WIDTH = 8; // as in AttentionBlock
    private static final long ATTENTION_BLOCK = 64; // queries, as in attention_blocks.py

    private final ModelConfig model;
    private final boolean gpu;
    private final boolean rowKernels; // the blocks for a GPU in bfloat16
    private final long c;
    private final long d;
    private final long queryWidth; // H·C
    private final long kvWidth; // K·C
    private final long f;
    private final long v;

    ActivationMemory(ModelConfig model, Precision precision, boolean gpu) {
        this.model = model;
        this.gpu = gpu;
        rowKernels = usesRowKernels(model, precision, gpu);
        c = precision == Precision.BF16 ? 2 : 4;
        d = model.hiddenSize();
        queryWidth = (long) model.numHeads() * model.headDim();
        kvWidth = (long) model.numKvHeads() * model.headDim();
        f = model.ffnSize();
        v = model.vocabularySize();
    }

    /** Returns whether a model uses the blocks for a GPU, as in DecoderBlocks. */
    static boolean usesRowKernels(ModelConfig model, Precision precision, boolean gpu) {
        boolean flashAttention = model.headDim() % 8 == 0 && model.headDim() <= 256;
        return gpu && precision == Precision.BF16 && flashAttention;
    }

    /** Returns the bytes that the layers save for the backward pass. */
    long saved(long rows, Recompute recompute) {
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

    /** Returns the bytes per token that attention saves between its halves. */
    private long attentionInner() {
        if (rowKernels) {
            return d * c // normalized input (N, D)
                    + (queryWidth + 2 * kvWidth) * c // before norms and rotation
                    + (queryWidth + kvWidth) * c // queries and keys
                    + queryWidth * c // attended values (N, H·C)
                    + model.numHeads() * F32; // log-sum-exp
        }
        long inner =
                d * c // normalized input (N, D)
                        + (queryWidth + 2 * kvWidth) * c // queries, keys, values (N, (H + 2K)·C)
                        + queryWidth * c // attended values (N, H·C)
                        + beforeHeadNorms();
        return inner + (gpu ? fusedAttention() : probabilities());
    }

    /** Returns the bytes per token of the inputs (N, (H + 2K)·C) of the query and key norms. */
    private long beforeHeadNorms() {
        return model.queryKeyNorm() ? (queryWidth + 2 * kvWidth) * c : 0;
    }

    /** Returns the bytes per token of the probabilities of blocked attention, if saved. */
    private long probabilities() {
        long length = model.contextLength();
        boolean saved = model.numHeads() * length <= SAVED_PER_WIDTH * d;
        long seen = (length + Math.min(length, ATTENTION_BLOCK)) / 2; // keys, on average
        return saved ? model.numHeads() * seen * c : 0; // (H, seen)
    }

    /** Returns the bytes per token that the library's fused attention saves in addition. */
    private long fusedAttention() {
        boolean grouped = model.numHeads() > model.numKvHeads();
        return (grouped ? 2 * queryWidth * c : 0) // keys and values, repeated per query head
                + queryWidth * c // attended values before the transpose
                + model.numHeads() * F32; // log-sum-exp
    }

    /** Returns the bytes per token that feed-forward saves between its halves. */
    private long feedForwardInner() {
        return d * c // normalized input (N, D)
                + 2 * f * c // gate and up (N, 2F)
                + f * c; // act(gate) (N, F)
    }

    /** Returns the peak of temporary buffers of the head or one block. */
    long trainingWorkspace(long rows, Recompute recompute) {
        long tokens = rows * model.contextLength();
        return Math.max(
                head(tokens),
                Math.max(feedForward(tokens, recompute), attention(tokens, recompute)));
    }

    /** Returns whether recomputed activations of a block count toward its workspace. */
    private boolean recomputed(Recompute recompute) {
        return recompute.every() > 0;
    }

    /** Returns the bytes of a matrix gradient before it is cast and accumulated; 0 in float32. */
    private long matrixGradient(long numbers) {
        return c == F32 ? 0 : numbers * c;
    }

    private long feedForward(long tokens, Recompute recompute) {
        long inner = recomputed(recompute) ? tokens * feedForwardInner() : 0;
        long gradY = tokens * d * F32; // (N, D)
        long gates = tokens * (d + 3 * f) * c; // gradients of y in c, act·up, gate and up
        long down = tokens * (d + f) * c + matrixGradient(d * f); // y in c, act·up, matrix
        long gateUp = tokens * 2 * f * c + matrixGradient(2 * f * d); // (N, 2F), matrix (2F, D)
        return inner + gradY + Math.max(gates, Math.max(down, gateUp));
    }

    private long attention(long tokens, Recompute recompute) {
        long inner = recomputed(recompute) ? tokens * attentionInner() : 0;
        long gradY = tokens * d * F32; // (N, D)
        long qkvWidth = queryWidth + 2 * kvWidth;
        if (rowKernels) {
            long gradients = tokens * (d + queryWidth + 2 * qkvWidth) * c; // y, o, q, k, v twice
            long library = tokens * queryWidth * (F32 + 2 * c); // q in float32, k and v per head
            return inner + gradY + gradients + library + matrixGradient(qkvWidth * d);
        }
        long heads =
                tokens
                                * (queryWidth + 2 * qkvWidth)
                                * c // gradients of o; of q, k, v before and after rotation
                        + tokens * 2 * queryWidth * F32; // rotated pairs in f32 (N, H·C)
        long qkv = tokens * qkvWidth * c + matrixGradient(qkvWidth * d);
        return inner + gradY + Math.max(heads, qkv);
    }

    private long head(long tokens) {
        long stream = tokens * (d * F32 + 2 * d * c); // last norm: input, output, gradient
        if (rowKernels) {
            boolean fused = v % 8 == 0;
            long head =
                    fused
                            ? headRows(tokens, GPU_HEAD_CHUNK) * v * c
                            : headRows(tokens, GPU_SEPARATE_CHUNK) * v * (4 * F32 + c);
            return stream + head + matrixGradient(v * d);
        }
        return stream + headRows(tokens, HEAD_CHUNK) * v * (2 * F32 + c) + matrixGradient(v * d);
    }

    private long headRows(long tokens, long logits) {
        return Math.min(tokens, Math.max(MIN_HEAD_ROWS, logits / v));
    }

    /** Returns the bytes of a forward pass over so many tokens if no activations are saved. */
    long forwardWorkspace(long tokens) {
        long stream = 2 * tokens * d * F32; // before and after (N, D)
        long inner = tokens * (feedForwardInner() + f * c); // and act·up (N, F)
        long head =
                rowKernels
                        ? headRows(tokens, GPU_SCORE_CHUNK) * v * (2 * F32 + c)
                        : headRows(tokens, HEAD_CHUNK) * v * (F32 + c);
        return stream + Math.max(inner, head);
    }
}
