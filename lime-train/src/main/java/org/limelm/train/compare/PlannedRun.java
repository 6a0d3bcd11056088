package org.limelm.train.compare;

import java.nio.file.Path;
import org.limelm.train.arm.Arm;
import org.limelm.train.config.RunConfig;

/**
 * One run of a comparison: an arm trained with a seed.
 *
 * @param arm the arm as the comparison names it
 * @param seed seed of initial weights, data order and dropped tags
 * @param config its configuration, with a folder of its own
 */
public record PlannedRun(Arm arm, long seed, RunConfig config) {
    /** Returns the arm with its annotation mode, as all reports name it: {@code lime/causal}. */
    public String label() {
        return arm.withoutMode().label(config.annotation());
    }

    /** Returns the folder of the run. */
    public Path folder() {
        return config.run().folder();
    }

    /** Returns arm and seed for messages. */
    @Override
    public String toString() {
        return label() + ", seed " + seed;
    }
}
