package org.limelm.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import org.limelm.model.internal.torch.GradientSink;
import org.limelm.model.internal.torch.Pass;

/** x + down(act(gate(norm(x))) * up(norm(x))): the gated feed-forward layer. */
record FeedForwardBlock(
        NDArray norm, // (D)
        Matrix gateUp, // (2F, D), gate rows first
        Matrix down, // (D, F)
        ModelConfig config,
        boolean recomputes)
        implements Block {

    @Override
    public NDList inner(Pass pass, NDArray x, Positions positions) {
        return pass.callForList(
                "feed_forward_inner",
                x,
                norm,
                gateUp.compute(),
                config.activation().label(),
                config.normEpsilon());
    }

    @Override
    public NDArray output(Pass pass, NDArray x, NDList inner) {
        return pass.call("feed_forward_output", x, inner, down.compute());
    }

    @Override
    public NDArray backward(Pass pass, Forward forward, NDArray gradY, GradientSink sink) {
        return pass.call(
                "feed_forward_backward",
                forward.x(),
                forward.inner(),
                norm,
                gateUp.compute(),
                down.compute(),
                gradY,
                sink.gradients(),
                sink.add(),
                config.activation().label(),
                config.normEpsilon());
    }

    @Override
    public NDList parameters() {
        return new NDList(norm, gateUp.master(), down.master());
    }
}
