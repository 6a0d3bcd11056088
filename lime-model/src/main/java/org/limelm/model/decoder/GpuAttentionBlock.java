package org.limelm.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import org.limelm.model.internal.torch.GradientSink;
import org.limelm.model.internal.torch.Pass;

/**
 * {@link AttentionBlock} on a GPU: attention over rows or documents without masks, and row kernels
 * between the matrix products.
 */
record GpuAttentionBlock(
        NormedProjection qkv, // to (H + 2K) * C
        NDList headNorms, // the gains of queries and keys, (C) each, or none
        Matrix out, // (D, H * C)
        RowKernels rows,
        GpuAttention attention,
        boolean recomputes)
        implements Block {

    /** The saved results, all with N rows. */
    private record Saved(
            NDArray normed, // (N, D)
            NDArray projected, // (N, (H + 2K) * C)
            NDArray q, // (N, H, C)
            NDArray k, // (N, K, C)
            NDList attended) { // (N, H, C), and the log of the softmax's denominators
        static Saved of(NDList inner) {
            return new Saved(
                    inner.get(0), inner.get(1), inner.get(2), inner.get(3), inner.subNDList(4));
        }
    }

    @Override
    public NDList inner(Pass pass, NDArray x, Positions positions) {
        NDList inner = qkv.forward(pass, x);
        NDArray projected = inner.get(1);
        NDList rotated = rows.rotate(pass, projected, headNorms, positions.rope());
        NDList attended =
                attention.forward(pass, rotated.get(0), rotated.get(1), projected, positions);
        inner.addAll(rotated);
        inner.addAll(attended);
        return inner;
    }

    @Override
    public NDArray output(Pass pass, NDArray x, NDList inner) {
        return pass.call("add_projection", x, Saved.of(inner).attended().get(0), out.compute());
    }

    @Override
    public NDArray backward(Pass pass, Forward forward, NDArray gradY, GradientSink sink) {
        Saved saved = Saved.of(forward.inner());
        Positions positions = forward.positions();
        NDList gradients = sink.gradients(); // of the norm, qkv, head norms, out
        int last = gradients.size() - 1;
        NDArray gradQkv;
        try (NDArray gradOut = pass.call("to_rows", gradY, out.compute());
                NDArray gradAttended =
                        pass.call(
                                "project_backward",
                                gradOut,
                                saved.attended().get(0),
                                out.compute(),
                                gradients.get(last),
                                sink.add());
                NDList gradHeads =
                        attention.backward(
                                pass,
                                saved.q(),
                                saved.k(),
                                saved.projected(),
                                saved.attended(),
                                gradAttended,
                                positions)) {
            gradQkv =
                    rows.rotateBackward(
                            pass,
                            saved.projected(),
                            headNorms,
                            positions.rope(),
                            gradHeads,
                            new GradientSink(gradients.subNDList(2, last), sink.add()));
        }
        return qkv.backward(
                pass, forward.x(), saved.normed(), gradQkv, gradY, gradients, sink.add());
    }

    @Override
    public NDList parameters() {
        NDList parameters = new NDList(qkv.gain(), qkv.weight().master());
        parameters.addAll(headNorms);
        parameters.add(out.master());
        return parameters;
    }
}
