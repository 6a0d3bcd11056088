package org.limelm.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import org.limelm.model.torch.Pass;
import org.limelm.model.torch.Precision;

/** x + down(act(gate(norm(x))) * up(norm(x))): the gated feed-forward layer. */
record FeedForwardBlock(
        NDArray norm, // (D)
        NDArray gateUp, // (2F, D), the gate's rows first
        NDArray down, // (D, F)
        ModelConfig config,
        Precision precision,
        boolean recomputes)
        implements Block {

    @Override
    public NDArray forward(Pass pass, NDArray x, Positions positions) {
        return pass.call(
                "feed_forward",
                x,
                norm,
                gateUp,
                down,
                config.activation().label(),
                config.normEpsilon(),
                precision.code());
    }

    @Override
    public NDList parameters() {
        return new NDList(norm, gateUp, down);
    }
}
