package org.limelm.train.plan;

import org.limelm.model.torch.Precision;
import org.limelm.train.config.OptimizerConfig;

/**
 * What an optimizer keeps of every parameter.
 *
 * @param matrixBytes bytes per number of a matrix of a layer
 * @param otherBytes bytes per number of everything else
 */
public record OptimizerMemory(int matrixBytes, int otherBytes) {
    /** AdamW with two moments in float32. */
    public static final OptimizerMemory ADAMW = new OptimizerMemory(8, 8);

    /** AdamW with two moments in bfloat16. */
    public static final OptimizerMemory ADAMW_BF16 = new OptimizerMemory(4, 4);

    /** Muon with one moment of the layers' matrices, and AdamW for the rest, in float32. */
    public static final OptimizerMemory MUON = new OptimizerMemory(4, 8);

    /** The same in bfloat16. */
    public static final OptimizerMemory MUON_BF16 = new OptimizerMemory(2, 4);

    /** Returns the same optimizer with a state in bfloat16. */
    OptimizerMemory inBf16() {
        return equals(ADAMW) ? ADAMW_BF16 : equals(MUON) ? MUON_BF16 : this;
    }

    /** Returns that of a configuration. */
    public static OptimizerMemory of(OptimizerConfig config) {
        OptimizerMemory wide =
                switch (config.kind()) {
                    case ADAMW -> ADAMW;
                    case MUON -> MUON;
                };
        return config.stateFormat() == Precision.BF16 ? wide.inBf16() : wide;
    }
}
