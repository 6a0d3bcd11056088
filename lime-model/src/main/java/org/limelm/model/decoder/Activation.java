package org.limelm.model.decoder;

import java.util.Locale;

/** The gate of the feed-forward block (Shazeer 2020, arXiv 2002.05202). */
public enum Activation {
    /** GELU in its tanh form, as in Gemma. */
    GEGLU,
    /** SiLU, as in Llama. */
    SWIGLU;

    /** Returns the name that the kernel takes. */
    String kernelName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
