package org.limelm.train.plan;

import org.limelm.model.device.Precision;
import org.limelm.train.config.OptimizerConfig;
import org.limelm.train.config.OptimizerConfig.Kind;

/**
 * What an optimizer keeps of every parameter, and needs for a moment.
 *
 * @param kind AdamW keeps two moments of each; Muon one of the layers' matrices, AdamW's of the
 *     rest
 * @param format of the moments
 */
public record OptimizerMemory(Kind kind, Precision format) {
    private static final long F32 = 4;

    /** Returns that of a configuration. */
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

    /** Returns the bytes of the state of the layers' matrices, each number. */
    long layerMatrixBytes() {
        return kind == Kind.MUON ? momentBytes() : otherBytes();
    }

    /** Returns the bytes of the state of everything else, each number. */
    long otherBytes() {
        return 2 * momentBytes();
    }

    /**
     * Returns what an update needs for a moment: AdamW nothing to speak of; Muon a gradient and,
     * with moments in bfloat16, a float32 momentum of the largest matrix of a layer, and the
     * iterations of one of the matrices stacked in it.
     *
     * @param computation format of the iterations
     */
    long workspace(ModelSize size, Precision computation) {
        if (kind == Kind.ADAMW) {
            return 0;
        }
        long c = computation == Precision.BF16 ? 2 : F32;
        long float32 = F32 * size.largestMatrix() * (format == Precision.BF16 ? 2 : 1);
        long iterations = size.largestMatrix() / 2 * (F32 + 3 * c); // float32 result, X, B X, sum
        return float32 + iterations;
    }
}
