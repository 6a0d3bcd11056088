package org.limelm.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.List;
import org.limelm.model.device.Precision;
import org.limelm.model.internal.torch.GradientSink;
import org.limelm.model.internal.torch.Pass;

/** RMSNorm before the output layer; its result is in the compute precision. */
record FinalNorm(
        NDArray gain, // (D)
        ModelConfig config,
        Precision precision)
        implements Block {

    @Override
    public NDList inner(Pass pass, NDArray x, Positions positions) {
        return new NDList();
    }

    @Override
    public NDArray output(Pass pass, NDArray x, NDList inner) {
        return pass.call("rms_norm", x, gain, config.normEpsilon(), precision.code());
    }

    @Override
    public NDArray backward(Pass pass, Forward forward, NDArray gradY, GradientSink sink) {
        return pass.call(
                "rms_norm_backward",
                forward.x(),
                gain,
                config.normEpsilon(),
                gradY,
                List.of(),
                sink.single(),
                sink.add());
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
