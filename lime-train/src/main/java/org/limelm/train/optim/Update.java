package org.limelm.train.optim;

import ai.djl.ndarray.NDArray;
import org.limelm.core.random.SplitMix64;

/**
 * One update, the same for all weights.
 *
 * @param number of the step in the run, from 1
 * @param learningRate of the step
 * @param stepCheck on the device: whether to update, and how to clip, see {@link
 *     OptimizerKernels#stepCheck}
 */
public record Update(long number, double learningRate, NDArray stepCheck) {
    /** Returns the seed of this update's random rounding, in a run with a seed. */
    long noiseSeed(long runSeed) {
        return SplitMix64.hash(runSeed, number);
    }
}
