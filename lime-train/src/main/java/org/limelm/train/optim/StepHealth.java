package org.limelm.train.optim;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Whether a step's loss and gradients may change the weights. */
public enum StepHealth {
    /** They do. */
    GOOD,
    /** The loss or the gradient norm is not a finite number: the weights stay as they are. */
    NON_FINITE,
    /** The gradient norm is far above the last ones: the weights stay as they are. */
    SPIKE;

    /** Returns the name used in logs. */
    @JsonValue
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
