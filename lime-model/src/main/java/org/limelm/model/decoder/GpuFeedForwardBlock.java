package org.limelm.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import org.limelm.model.internal.torch.GradientSink;
import org.limelm.model.internal.torch.Pass;

/** {@link FeedForwardBlock} on a GPU: row kernels between the matrix products. */
record GpuFeedForwardBlock(
        NormedProjection gateUp, // to 2F, gate first
        Matrix down, // (D, F)
        RowKernels rows,
        boolean recomputes)
        implements Block {

    @Override
    public NDList inner(Pass pass, NDArray x, Positions positions) {
        NDList inner = gateUp.forward(pass, x); // (N, D), (N, 2F)
        inner.add(rows.gate(pass, inner.get(1)));
        return inner;
    }

    @Override
    public NDArray output(Pass pass, NDArray x, NDList inner) {
        NDArray gated = inner.get(2); // (N, F)
        return pass.call("add_projection", x, gated, down.compute());
    }

    @Override
    public NDArray backward(Pass pass, Forward forward, NDArray gradY, GradientSink sink) {
        NDArray normed = forward.inner().get(0);
        NDArray projected = forward.inner().get(1);
        NDArray gated = forward.inner().get(2);
        NDList gradients = sink.gradients(); // of the norm, gateUp, down
        NDArray gradProjected;
        try (NDArray gradDown = pass.call("to_rows", gradY, down.compute());
                NDArray gradGated =
                        pass.call(
                                "project_backward",
                                gradDown,
                                gated,
                                down.compute(),
                                gradients.get(2),
                                sink.add())) {
            gated.close();
            gradProjected = rows.gateBackward(pass, projected, gradGated);
        }
        return gateUp.backward(
                pass, forward.x(), normed, gradProjected, gradY, gradients, sink.add());
    }

    @Override
    public NDList parameters() {
        return new NDList(gateUp.gain(), gateUp.weight().master(), down.master());
    }
}
