package org.limelm.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import org.limelm.model.torch.Pass;
import org.limelm.model.torch.Precision;

/** RMSNorm before the output layer; its result is in the format of computation. */
record FinalNorm(
        NDArray gain, // (D)
        ModelConfig config,
        Precision precision)
        implements Block {

    @Override
    public NDArray forward(Pass pass, NDArray x, Positions positions) {
        return pass.call("rms_norm", x, gain, config.normEpsilon(), precision.code());
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
