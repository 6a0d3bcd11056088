package org.limelm.core.metadata;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** From which part of the text the tags of a piece were computed. */
public enum AnnotationMode {
    /**
     * From the whole sentence; all pieces of a word share its tag. The mode of the paper; it cannot
     * be had while generating, because it looks ahead.
     */
    FULL,
    /** By the {@link #FULL} tagger, run on the text up to and including the piece. */
    PREFIX,
    /** By a tagger trained to see the pieces so far only; its past is never revised. */
    CAUSAL;

    /** Returns the name used in configurations, manifests and reports: {@code full} … */
    @JsonValue
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Returns the mode with this label.
     *
     * @throws IllegalArgumentException if there is none
     */
    @JsonCreator
    public static AnnotationMode of(String label) {
        for (AnnotationMode mode : values()) {
            if (mode.label().equals(label)) {
                return mode;
            }
        }
        throw new IllegalArgumentException(
                "Unknown annotation mode '" + label + "'. Known: full, prefix, causal");
    }
}
