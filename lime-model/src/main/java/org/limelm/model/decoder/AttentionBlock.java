package org.limelm.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import org.limelm.model.internal.torch.GradientSink;
import org.limelm.model.internal.torch.Pass;

/**
 * x + attention(norm(x)): causal self-attention with rotary positions and grouped key/value heads.
 */
record AttentionBlock(
        NDArray norm, // (D)
        Matrix qkv, // ((H + 2K) * C, D)
        NDList headNorms, // the gains of queries and keys, (C) each, or none
        Matrix out, // (D, H * C)
        ModelConfig config,
        boolean recomputes)
        implements Block {
    private static final long KEPT_PER_WIDTH = 8;

    @Override
    public NDList inner(Pass pass, NDArray x, Positions positions) {
        Object[] arguments = {
            x,
            norm,
            qkv.compute(),
            headNorms,
            positions.rope(),
            positions.mask(),
            config.numHeads(),
            config.numKvHeads(),
            config.normEpsilon(),
            fused(x),
            keepsProbabilities(x.getShape().get(1))
        };
        return fused(x)
                ? pass.recordForList("attention_inner", arguments)
                : pass.callForList("attention_inner", arguments);
    }

    @Override
    public NDArray output(Pass pass, NDArray x, NDList inner) {
        return pass.call("attention_output", x, inner, out.compute());
    }

    @Override
    public NDArray backward(Pass pass, Forward forward, NDArray gradY, GradientSink sink) {
        return pass.call(
                "attention_backward",
                forward.x(),
                forward.inner(),
                norm,
                qkv.compute(),
                headNorms,
                out.compute(),
                forward.positions().rope(),
                forward.positions().mask(),
                gradY,
                sink.gradients(),
                sink.add(),
                config.normEpsilon(),
                fused(forward.x()));
    }

    /**
     * Selects the faster implementation: fused attention on a GPU, blocked attention on the CPU.
     */
    private static boolean fused(NDArray x) {
        return x.getDevice().isGpu();
    }

    /**
     * Keeps the attention probabilities, up to H·T numbers per token, for the backward pass if they
     * take no more memory than the block's other saved results; otherwise they are recomputed.
     */
    private boolean keepsProbabilities(long length) {
        return config.numHeads() * length <= KEPT_PER_WIDTH * config.hiddenSize();
    }

    @Override
    public NDList parameters() {
        NDList parameters = new NDList(norm, qkv.master());
        parameters.addAll(headNorms);
        parameters.add(out.master());
        return parameters;
    }
}
