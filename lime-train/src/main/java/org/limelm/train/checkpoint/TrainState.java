package org.limelm.train.checkpoint;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The training state besides weights and moments that exact resumption requires: {@code
 * state.json}. The position in the data and all random numbers are functions of step and seed.
 *
 * @param step completed optimizer steps
 * @param tokens tokens trained on
 * @param skippedSteps steps that did not change the weights
 * @param nonFiniteInARow number of consecutive last steps without a finite loss or gradient
 * @param seconds training time so far
 * @param gradientNorms history of the spike detector, oldest first
 * @param control what callbacks have changed and remembered; empty if there were none
 * @param identity settings that must not change when a run is resumed, see {@link RunIdentity}
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record TrainState(
        long step,
        long tokens,
        long skippedSteps,
        int nonFiniteInARow,
        double seconds,
        List<Double> gradientNorms,
        Optional<ControlState> control,
        Map<String, String> identity) {
    /** Name of the file in a checkpoint. */
    public static final String FILE = "state.json";

    /** Copies the collections. */
    public TrainState {
        gradientNorms = List.copyOf(gradientNorms);
        identity = Map.copyOf(identity);
    }

    /** Returns the state before the first step. */
    public static TrainState initial(Map<String, String> identity) {
        return new TrainState(0, 0, 0, 0, 0, List.of(), Optional.empty(), identity);
    }
}
