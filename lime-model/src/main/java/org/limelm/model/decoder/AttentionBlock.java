package org.limelm.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import org.limelm.model.torch.Pass;

/**
 * x + attention(norm(x)): causal self-attention with rotary positions and grouped key/value heads.
 */
record AttentionBlock(
        int layer,
        NDArray norm, // (D)
        Matrix qkv, // ((H + 2K) * C, D)
        Matrix out, // (D, H * C)
        ModelConfig config,
        boolean recomputes)
        implements Block {

    @Override
    public NDList inner(Pass pass, NDArray x, Positions positions) {
        Object[] arguments = {
            x,
            norm,
            qkv.compute(),
            positions.rope(),
            positions.mask(),
            config.numHeads(),
            config.numKvHeads(),
            config.normEpsilon(),
            fused(x) ? 1 : 0
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
    public NDArray backward(
            Pass pass,
            NDArray x,
            NDList inner,
            Positions positions,
            NDArray gradY,
            NDList gradients,
            boolean add) {
        return pass.call(
                "attention_backward",
                x,
                inner,
                norm,
                qkv.compute(),
                out.compute(),
                positions.rope(),
                positions.mask(),
                gradY,
                gradients,
                add ? 1 : 0,
                config.normEpsilon(),
                fused(x) ? 1 : 0);
    }

    /** On a GPU the library's attention is the fastest; on the CPU the one in blocks is. */
    private static boolean fused(NDArray x) {
        return x.getDevice().isGpu();
    }

    @Override
    public NDArray extend(Pass pass, NDArray x, NDArray rope, KvCache cache) {
        return pass.call(
                "attention_cached",
                x,
                norm,
                qkv.compute(),
                out.compute(),
                rope,
                cache.keys(layer),
                cache.values(layer),
                cache.length(),
                config.numHeads(),
                config.numKvHeads(),
                config.normEpsilon());
    }

    @Override
    public NDList parameters() {
        return new NDList(norm, qkv.master(), out.master());
    }
}
