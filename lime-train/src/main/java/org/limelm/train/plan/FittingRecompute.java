package org.limelm.train.plan;

import org.limelm.model.decoder.Recompute;
import org.limelm.train.config.RecomputeChoice;

/** Chooses the layers that recompute, for {@code training.recompute=auto}. */
public final class FittingRecompute {
    /** Peaks of GPU memory were measured up to 3 % above the plan. */
    private static final double USABLE_SHARE = 0.95;

    private FittingRecompute() {}

    /**
     * Returns the given layers, or for {@code auto} as few layers as fit: none, every n-th with the
     * largest n, or all. All are returned also if they do not fit.
     *
     * @param setup a setup with any recomputation
     * @param memoryBytes memory of the device, of which 95 % are used
     * @param gpu whether the device is a GPU with separate memory
     */
    public static Recompute of(
            RecomputeChoice choice, TrainingSetup setup, long memoryBytes, boolean gpu) {
        return choice.layers().orElseGet(() -> fewest(setup, memoryBytes, gpu));
    }

    private static Recompute fewest(TrainingSetup setup, long memoryBytes, boolean gpu) {
        if (fits(setup.withRecompute(Recompute.NONE), memoryBytes, gpu)) {
            return Recompute.NONE;
        }
        for (int n = setup.model().numLayers(); n > 1; n--) {
            Recompute layers = Recompute.everyNth(n);
            if (fits(setup.withRecompute(layers), memoryBytes, gpu)) {
                return layers;
            }
        }
        return Recompute.ALL;
    }

    private static boolean fits(TrainingSetup setup, long memoryBytes, boolean gpu) {
        return MemoryPlan.training(setup, gpu).totalBytes() <= USABLE_SHARE * memoryBytes;
    }
}
