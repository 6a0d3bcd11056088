package org.limelm.core.metadata;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The part of the text from which the tags of a piece are computed. */
public enum AnnotationMode {
    /**
     * The whole sentence; all pieces of a word share its tag. This is the mode of the paper. It is
     * not available during generation, because it looks ahead.
     */
    FULL,
    /** The text up to and including the piece, tagged by the {@link #FULL} tagger. */
    PREFIX,
    /**
     * The pieces so far, tagged by a tagger trained on partial text; earlier tags are never
     * revised.
     */
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
