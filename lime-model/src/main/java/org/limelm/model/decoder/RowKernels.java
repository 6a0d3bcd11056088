package org.limelm.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.Optional;
import org.limelm.model.internal.torch.GradientSink;
import org.limelm.model.internal.torch.Pass;

/**
 * The operations between the matrix products of a pass on a GPU. Each works on the rows of its
 * arguments independently; N = B·T. Their results belong to the pass.
 */
interface RowKernels {
    /** Returns how many logits {@link #crossEntropy} processes at once. */
    long logitsPerChunk();

    /** Returns norm(x), (B, T, D) to (N, D), in the compute precision. */
    NDArray norm(Pass pass, NDArray x, NDArray gain);

    /**
     * Returns the gradient of the norm's input, (B, T, D).
     *
     * @param gradY gradient of its output, (N, D); consumed
     * @param stream gradient of the stream that passes by the norm, (B, T, D), which is added
     * @param sink receives the gradient of the gain
     */
    NDArray normBackward(
            Pass pass,
            NDArray x,
            NDArray gain,
            NDArray gradY,
            Optional<NDArray> stream,
            GradientSink sink);

    /** Returns act(g) · u of h = [g, u], (N, 2F) to (N, F). */
    NDArray gate(Pass pass, NDArray h);

    /** Returns the gradient of h, (N, 2F), from that of the gate's output, (N, F). */
    NDArray gateBackward(Pass pass, NDArray h, NDArray gradA);

    /**
     * Returns normalized and rotated queries (N, H, C) and keys (N, K, C).
     *
     * @param qkv queries, keys and values, (N, (H + 2K)·C)
     * @param gains of queries and keys, (C) each, or none
     * @param rope (T, C/2, 2)
     */
    NDList rotate(Pass pass, NDArray qkv, NDList gains, NDArray rope);

    /**
     * Returns the gradient of queries, keys and values, (N, (H + 2K)·C).
     *
     * @param grads gradients of rotated queries (N, H, C), rotated keys and values (N, K, C)
     * @param sink receives the gradients of the gains
     */
    NDArray rotateBackward(
            Pass pass, NDArray qkv, NDList gains, NDArray rope, NDList grads, GradientSink sink);

    /**
     * Returns the negative log-likelihood of every row, float32 (n), and replaces the logits by the
     * gradient of the objective. Both are 0 where a target is ignored.
     *
     * @param logits (n, V), in the compute precision
     * @param targets int64 (n)
     * @param normalizer scalar divisor of the objective's gradient
     */
    NDArray crossEntropy(
            Pass pass, NDArray logits, NDArray targets, NDArray normalizer, Objective objective);
}
