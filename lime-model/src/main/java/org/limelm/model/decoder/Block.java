package org.limelm.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import org.limelm.model.internal.torch.GradientSink;
import org.limelm.model.internal.torch.Pass;

/**
 * A block of the residual stream, (B, T, D) to (B, T, D), and the unit of recomputation. The
 * forward pass has two parts: {@link #inner} computes the intermediate results needed by the
 * backward pass, {@link #output} computes the new stream from them. Recomputation repeats only the
 * first part. To add a kind of block, implement this interface, write its kernels, and add a line
 * to {@link DecoderBlocks}.
 */
interface Block {
    /** Returns the intermediate results used by {@link #output} and {@link #backward}. */
    NDList inner(Pass pass, NDArray x, Positions positions);

    /** Returns the stream after this block. */
    NDArray output(Pass pass, NDArray x, NDList inner);

    /**
     * Computes the gradient of the block's input from that of its output.
     *
     * @param forward results of the forward pass; consumed
     * @param gradY gradient of the block's output; consumed
     * @param sink receives the gradients of {@link #parameters()}, in their order
     * @return the gradient of the block's input, (B, T, D)
     */
    NDArray backward(Pass pass, Forward forward, NDArray gradY, GradientSink sink);

    /**
     * Results of the forward pass that the backward pass needs.
     *
     * @param x the block's input, (B, T, D)
     * @param inner what {@link #inner} returned for it
     * @param positions positions of the tokens
     */
    record Forward(NDArray x, NDList inner, Positions positions) {}

    /** Returns the weights, in the order of their gradients. */
    NDList parameters();

    /** Returns whether intermediate results are recomputed in the backward pass. */
    boolean recomputes();
}
