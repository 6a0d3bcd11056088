package org.limelm.train.checkpoint;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What callbacks have changed and remembered in a run.
 *
 * @param learningRateFactor factor of the scheduled learning rate
 * @param remembered numbers by name
 */
public record ControlState(double learningRateFactor, Map<String, Double> remembered) {
    /** The state of a run without callbacks. */
    public static final ControlState INITIAL = new ControlState(1, Map.of());

    /** Copies the numbers. */
    public ControlState {
        remembered = Collections.unmodifiableMap(new TreeMap<>(remembered));
    }
}
