package org.limelm.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import org.limelm.model.internal.torch.GradientSink;
import org.limelm.model.internal.torch.Pass;

/**
 * A step of the residual stream, (B, T, D) to (B, T, D), and the unit of recomputation. Its forward
 * pass has two halves: {@link #inner} computes what the backward pass needs in addition to the
 * input, {@link #output} the stream from it. Recomputation runs the first half again. A new kind of
 * block is a class that implements this, kernels, and a line in {@link DecoderBlocks}.
 */
interface Block {
    /** Returns the intermediate results that {@link #output} and {@link #backward} read. */
    NDList inner(Pass pass, NDArray x, Positions positions);

    /** Returns the stream after this block. */
    NDArray output(Pass pass, NDArray x, NDList inner);

    /**
     * Takes the gradient of the stream after this block back to the stream before it.
     *
     * @param forward what the forward pass has made of the block's input; used up
     * @param gradY gradient of the block's output; used up
     * @param sink receives the gradients of {@link #parameters()}, in their order
     * @return the gradient of the block's input, (B, T, D)
     */
    NDArray backward(Pass pass, Forward forward, NDArray gradY, GradientSink sink);

    /**
     * What a backward pass needs of the forward pass.
     *
     * @param x the block's input, (B, T, D)
     * @param inner what {@link #inner} returned for it
     * @param positions where the tokens stand
     */
    record Forward(NDArray x, NDList inner, Positions positions) {}

    /** Returns the weights, in the order of their gradients. */
    NDList parameters();

    /** Returns whether intermediate results are computed again in the backward pass. */
    boolean recomputes();
}
