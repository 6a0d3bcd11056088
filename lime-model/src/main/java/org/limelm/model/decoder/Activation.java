package org.limelm.model.decoder;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The gate of the feed-forward block (Shazeer 2020, arXiv 2002.05202). */
public enum Activation {
    /** GELU in its tanh form, as in Gemma. */
    GEGLU,
    /** SiLU, as in Llama. */
    SWIGLU;

    /** Returns the name used in configurations, files and kernels. */
    @JsonValue
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
