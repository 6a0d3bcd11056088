package org.limelm.train.optim;

import ai.djl.ndarray.NDArray;
import org.limelm.core.random.SplitMix64;

/**
 * One update of all weights.
 *
 * @param number number of the step in the run, from 1
 * @param learningRate learning rate of the step
 * @param stepCheck on the device: whether to update and how to clip, see {@link
 *     OptimizerKernels#stepCheck}
 */
public record Update(long number, double learningRate, NDArray stepCheck) {
    /** Returns the seed of this update's stochastic rounding. */
    long noiseSeed(long runSeed) {
        return SplitMix64.hash(runSeed, number);
    }
}
