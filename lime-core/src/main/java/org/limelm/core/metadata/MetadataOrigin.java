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
    /**
     * The model itself: its most probable tags are kept before the token is seen. A proper model of
     * the text.
     */
    PREDICTED_GREEDY,
    /**
     * The model itself: the token's probability is summed over the tags, and those that explain the
     * token best are kept after it is seen. A proper model of the text.
     */
    PREDICTED_MARGINAL,
    /**
     * An annotator, from the reference text, whose tags the model predicts as well: the loss is
     * that of text and tags together.
     */
    JOINT,
    /** An annotator, from text that the model has already read, without looking ahead. */
    OBSERVED;

    /** Returns the name used in reports: {@code oracle} … */
    @JsonValue
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
