package org.limelm.core.metadata;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * The source of the metadata that a model reads, reported with every figure of a model with tables.
 */
public enum MetadataOrigin {
    /** An annotator, from the reference text. For a shifted model this is an oracle. */
    ORACLE,
    /** The caller, who knows the text to come. */
    GIVEN,
    /** The model itself. */
    PREDICTED,
    /** An annotator, from text that the model has already read, without looking ahead. */
    OBSERVED;

    /** Returns the name used in reports: {@code oracle} … */
    @JsonValue
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
