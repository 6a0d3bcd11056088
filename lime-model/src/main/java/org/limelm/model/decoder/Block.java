package org.limelm.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.List;
import org.limelm.model.torch.Pass;

/**
 * A step of the residual stream, (B, T, D) to (B, T, D), and the unit of recomputation. A new kind
 * of block is a class that implements this, a kernel, and a line in {@link DecoderBlocks}.
 */
interface Block {
    /** Returns the stream after this block. */
    NDArray forward(Pass pass, NDArray x, Positions positions);

    /**
     * Returns the stream of the positions that follow those in a cache. What needs no look back
     * does what {@link #forward} does.
     */
    default NDArray extend(Pass pass, NDArray x, NDArray rope, KvCache cache) {
        return forward(pass, x, new Positions(rope, List.of()));
    }

    /** Returns the weights, in the order of their gradients. */
    NDList parameters();

    /** Returns whether intermediate results are computed again in the backward pass. */
    boolean recomputes();
}
