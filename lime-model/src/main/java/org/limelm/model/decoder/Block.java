package org.limelm.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import org.limelm.model.internal.torch.Pass;

/**
 * A step of the residual stream, (B, T, D) to (B, T, D), and the unit of recomputation. Its forward
 * pass has two halves: {@link #inner} makes what the backward pass needs besides the input, {@link
 * #output} turns it into the stream; recomputing means to run the first half again. A new kind of
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
     * @param x the block's input
     * @param inner what {@link #inner} returned for it; used up
     * @param gradY gradient of the block's output; used up
     * @param gradients receive those of {@link #parameters()}, in their order
     * @param add whether they are added to; else replaced
     * @return the gradient of x, (B, T, D)
     */
    NDArray backward(
            Pass pass,
            NDArray x,
            NDList inner,
            Positions positions,
            NDArray gradY,
            NDList gradients,
            boolean add);

    /** Returns the weights, in the order of their gradients. */
    NDList parameters();

    /** Returns whether intermediate results are computed again in the backward pass. */
    boolean recomputes();
}
