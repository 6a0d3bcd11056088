package org.limelm.train.checkpoint;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What callbacks have changed and remembered in a run.
 *
 * @param learningRateFactor factor of the scheduled learning rate
 * @param remembered numbers by name
 * @param finished the number of steps that the run had when a callback finished it early; empty if
 *     none did
 */
public record ControlState(
        double learningRateFactor, Map<String, Double> remembered, Optional<Long> finished) {
    /** The state of a run without callbacks. */
    public static final ControlState INITIAL = new ControlState(1, Map.of(), Optional.empty());

    /** Copies the numbers. */
    public ControlState {
        remembered = Collections.unmodifiableMap(new TreeMap<>(remembered));
    }
}
