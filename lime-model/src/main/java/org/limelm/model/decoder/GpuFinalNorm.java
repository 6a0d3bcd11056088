package org.limelm.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.Optional;
import org.limelm.model.internal.torch.GradientSink;
import org.limelm.model.internal.torch.Pass;

/** {@link FinalNorm} on a GPU, by row kernels. */
record GpuFinalNorm(
        NDArray gain, // (D)
        RowKernels rows)
        implements Block {

    @Override
    public NDList inner(Pass pass, NDArray x, Positions positions) {
        return new NDList();
    }

    @Override
    public NDArray output(Pass pass, NDArray x, NDList inner) {
        try (NDArray normed = rows.norm(pass, x, gain)) {
            return pass.call("view_as", normed, x);
        }
    }

    @Override
    public NDArray backward(Pass pass, Forward forward, NDArray gradY, GradientSink sink) {
        try (NDArray gradRows = pass.call("to_rows", gradY, gradY)) {
            return rows.normBackward(pass, forward.x(), gain, gradRows, Optional.empty(), sink);
        }
    }

    @Override
    public NDList parameters() {
        return new NDList(gain);
    }

    @Override
    public boolean recomputes() {
        return false;
    }
}
