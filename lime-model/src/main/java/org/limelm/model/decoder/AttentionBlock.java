package org.limelm.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import org.limelm.model.torch.Pass;
import org.limelm.model.torch.Precision;

/**
 * x + attention(norm(x)): causal self-attention with rotary positions and grouped key/value heads.
 */
record AttentionBlock(
        int layer,
        NDArray norm, // (D); empty if folded into qkv
        NDArray qkv, // ((H + 2K) * C, D)
        NDArray out, // (D, H * C)
        ModelConfig config,
        Precision precision,
        boolean recomputes)
        implements Block {

    @Override
    public NDArray forward(Pass pass, NDArray x, Positions positions) {
        return pass.call(
                "attention",
                x,
                norm,
                qkv,
                out,
                positions.rope(),
                positions.mask(),
                config.numHeads(),
                config.numKvHeads(),
                config.normEpsilon(),
                precision.code());
    }

    @Override
    public NDArray extend(Pass pass, NDArray x, NDArray rope, KvCache cache) {
        return pass.call(
                "attention_cached",
                x,
                norm,
                qkv,
                out,
                rope,
                cache.keys(layer),
                cache.values(layer),
                cache.length(),
                config.numHeads(),
                config.numKvHeads(),
                config.normEpsilon(),
                precision.code());
    }

    @Override
    public NDList parameters() {
        return new NDList(norm, qkv, out);
    }
}
