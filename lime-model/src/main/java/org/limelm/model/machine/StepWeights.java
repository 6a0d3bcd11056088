package org.limelm.model.machine;

import java.util.List;

/**
 * Where a model's weights lie: addresses, valid as long as the arrays there are.
 *
 * @param tokenTable float32 (V, D)
 * @param tables per feature float32 (tags, D), the feature's weight multiplied in
 * @param matrices per layer qkv, out, gate and up, down, then the output matrix: in the blocks of
 *     {@link StepShape#runs}
 * @param turns float32 (positions, C/2, 2), cosines and sines
 */
public record StepWeights(long tokenTable, List<Long> tables, List<Long> matrices, long turns) {}
