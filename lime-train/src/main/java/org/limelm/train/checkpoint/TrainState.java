package org.limelm.train.checkpoint;

import java.util.List;
import java.util.Map;

/**
 * Everything besides weights and moments that a run needs to go on exactly: {@code state.json}. The
 * position in the data and all random numbers are functions of the step and the seed.
 *
 * @param step optimizer steps done
 * @param tokens tokens trained on
 * @param skippedSteps steps that did not change the weights
 * @param nonFiniteInARow number of consecutive last steps without a finite loss or gradient
 * @param seconds training time so far
 * @param gradientNorms what the spike detector remembers, oldest first
 * @param identity what must not have changed when a run goes on: see {@link RunIdentity}
 */
public record TrainState(
        long step,
        long tokens,
        long skippedSteps,
        int nonFiniteInARow,
        double seconds,
        List<Double> gradientNorms,
        Map<String, String> identity) {
    /** Its name in a checkpoint. */
    public static final String FILE = "state.json";

    /** Copies the collections. */
    public TrainState {
        gradientNorms = List.copyOf(gradientNorms);
        identity = Map.copyOf(identity);
    }

    /** Returns the state before the first step. */
    public static TrainState initial(Map<String, String> identity) {
        return new TrainState(0, 0, 0, 0, 0, List.of(), identity);
    }
}
