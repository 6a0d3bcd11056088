package org.limelm.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.List;
import java.util.Optional;
import org.limelm.model.device.Precision;
import org.limelm.model.internal.torch.GradientSink;
import org.limelm.model.internal.torch.Pass;

/** Row kernels composed of libtorch's operators: rows.py. They run on every device. */
record TorchRowKernels(ModelConfig config, Precision precision) implements RowKernels {
    /** 64 MiB in float32, of which the operators hold several copies. */
    private static final long LOGITS_PER_CHUNK = 1 << 24;

    @Override
    public long logitsPerChunk() {
        return LOGITS_PER_CHUNK;
    }

    @Override
    public NDArray norm(Pass pass, NDArray x, NDArray gain) {
        return pass.call("norm_rows", x, gain, config.normEpsilon(), precision.code());
    }

    @Override
    public NDArray normBackward(
            Pass pass,
            NDArray x,
            NDArray gain,
            NDArray gradY,
            Optional<NDArray> stream,
            GradientSink sink) {
        return pass.call(
                "rms_norm_backward",
                x,
                gain,
                config.normEpsilon(),
                gradY,
                stream.map(List::of).orElse(List.of()),
                sink.single(),
                sink.add());
    }

    @Override
    public NDArray gate(Pass pass, NDArray h) {
        return pass.call("gate_rows", h, config.activation().label());
    }

    @Override
    public NDArray gateBackward(Pass pass, NDArray h, NDArray gradA) {
        return pass.call("gate_rows_backward", h, gradA, config.activation().label());
    }

    @Override
    public NDList rotate(Pass pass, NDArray qkv, NDList gains, NDArray rope) {
        return pass.callForList(
                "rotate_rows",
                qkv,
                gains,
                rope,
                config.numHeads(),
                config.numKvHeads(),
                config.normEpsilon());
    }

    @Override
    public NDArray rotateBackward(
            Pass pass, NDArray qkv, NDList gains, NDArray rope, NDList grads, GradientSink sink) {
        return pass.call(
                "rotate_rows_backward",
                qkv,
                gains,
                rope,
                grads,
                sink.gradients(),
                sink.add(),
                config.normEpsilon());
    }

    @Override
    public NDArray crossEntropy(
            Pass pass, NDArray logits, NDArray targets, NDArray normalizer, Objective objective) {
        return pass.call(
                "cross_entropy_rows_",
                logits,
                targets,
                normalizer,
                config.logitSoftCap(),
                objective.zLoss());
    }
}
