package org.limelm.train.plan;

import org.limelm.model.device.Precision;
import org.limelm.train.config.OptimizerConfig;
import org.limelm.train.config.OptimizerConfig.Kind;

/**
 * The state and temporary memory of an optimizer.
 *
 * @param kind AdamW keeps two moments per parameter; Muon keeps one for the layers' matrices, and
 *     those of AdamW for the rest
 * @param format format of the moments
 */
public record OptimizerMemory(Kind kind, Precision format) {
    private static final long F32 = 4;

    /** Returns the optimizer memory of a configuration. */
    public static OptimizerMemory of(OptimizerConfig config) {
        return new OptimizerMemory(config.kind(), config.stateFormat());
    }

    /** Returns the same optimizer with moments in bfloat16. */
    OptimizerMemory inBf16() {
        return new OptimizerMemory(kind, Precision.BF16);
    }

    private long momentBytes() {
        return format == Precision.BF16 ? 2 : F32;
    }

    /** Returns the bytes of state per parameter of the layers' matrices. */
    long layerMatrixBytes() {
        return kind == Kind.MUON ? momentBytes() : otherBytes();
    }

    /** Returns the bytes of state per parameter of everything else. */
    long otherBytes() {
        return 2 * momentBytes();
    }

    /**
     * Returns the bytes of temporary buffers of an update: negligible for AdamW; for Muon, the
     * gradient and, with bfloat16 moments, an f32 momentum of the largest matrix of a layer, plus
     * the iterations of one of the matrices stacked in it.
     *
     * @param computation format of the iterations
     */
    long workspace(ModelSize size, Precision computation) {
        if (kind == Kind.ADAMW) {
            return 0;
        }
        long c = computation == Precision.BF16 ? 2 : F32;
        long float32 = F32 * size.largestMatrix() * (format == Precision.BF16 ? 2 : 1);
        long iterations = size.largestMatrix() / 2 * (F32 + 3 * c); // f32 result, X, B X, sum
        return float32 + iterations;
    }
}
