package org.limelm.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.Optional;
import org.limelm.model.internal.torch.GradientSink;
import org.limelm.model.internal.torch.Pass;

/** {@link FeedForwardBlock} on a GPU: row kernels between the matrix products. */
record GpuFeedForwardBlock(
        NDArray norm, // (D)
        Matrix gateUp, // (2F, D), gate rows first
        Matrix down, // (D, F)
        RowKernels rows,
        boolean recomputes)
        implements Block {

    @Override
    public NDList inner(Pass pass, NDArray x, Positions positions) {
        NDArray normed = rows.norm(pass, x, norm); // (N, D)
        NDArray projected = pass.call("project", normed, gateUp.compute()); // (N, 2F)
        return new NDList(normed, projected, rows.gate(pass, projected));
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
        try (gradProjected;
                NDArray gradNormed =
                        pass.call(
                                "project_backward",
                                gradProjected,
                                normed,
                                gateUp.compute(),
                                gradients.get(1),
                                sink.add())) {
            return rows.normBackward(
                    pass,
                    forward.x(),
                    norm,
                    gradNormed,
                    Optional.of(gradY),
                    new GradientSink(gradients.subNDList(0, 1), sink.add()));
        }
    }

    @Override
    public NDList parameters() {
        return new NDList(norm, gateUp.master(), down.master());
    }
}
