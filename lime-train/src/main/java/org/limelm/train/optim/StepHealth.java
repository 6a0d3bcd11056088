package org.limelm.train.optim;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The result of checking a step's loss and gradients. */
public enum StepHealth {
    /** The weights are updated. */
    GOOD,
    /** The loss or the gradient norm is not finite; the update is skipped. */
    NON_FINITE,
    /** The gradient norm is far above recent ones; the update is skipped. */
    SPIKE;

    /** Returns the name used in logs. */
    @JsonValue
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
