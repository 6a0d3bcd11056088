package org.limelm.core.metadata;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Who supplied the metadata that a model read: every figure of a model with tables carries it. */
public enum MetadataOrigin {
    /** An annotator, from the reference text. For a shifted model this is an oracle. */
    ORACLE,
    /** The caller, who knows what is to come. */
    GIVEN,
    /** The model itself. */
    PREDICTED,
    /** An annotator, from text the model has already read: nothing is foreseen. */
    OBSERVED;

    /** Returns the name used in reports: {@code oracle} … */
    @JsonValue
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
