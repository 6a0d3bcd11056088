package org.limelm.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.Optional;
import org.limelm.model.internal.torch.GradientSink;
import org.limelm.model.internal.torch.Pass;

/** norm(x) weight^T, with which every block on a GPU begins; its gradient includes the residual. */
record NormedProjection(
        NDArray gain, // (D)
        Matrix weight, // (R, D)
        RowKernels rows) {

    /** Returns norm(x), (N, D), and its projection, (N, R), of x (B, T, D). */
    NDList forward(Pass pass, NDArray x) {
        NDArray normed = rows.norm(pass, x, gain);
        return new NDList(normed, pass.call("project", normed, weight.compute()));
    }

    /**
     * Returns the gradient of x, (B, T, D): that of the projection plus that of the stream.
     *
     * @param normed norm(x), (N, D)
     * @param gradProjected (N, R); closed
     * @param gradStream gradient of the block's output, (B, T, D)
     * @param gradients of the gain and the weight
     * @param add whether to add to the gradients; otherwise they are overwritten
     */
    NDArray backward(
            Pass pass,
            NDArray x,
            NDArray normed,
            NDArray gradProjected,
            NDArray gradStream,
            NDList gradients,
            boolean add) {
        try (gradProjected;
                NDArray gradNormed =
                        pass.call(
                                "project_backward",
                                gradProjected,
                                normed,
                                weight.compute(),
                                gradients.get(1),
                                add)) {
            return rows.normBackward(
                    pass,
                    x,
                    gain,
                    gradNormed,
                    Optional.of(gradStream),
                    new GradientSink(gradients.subNDList(0, 1), add));
        }
    }
}
