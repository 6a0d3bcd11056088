package org.limelm.core.text;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How the subword pieces of a text are aligned with its linguistic tokens. */
public enum Alignment {
    /** The subword tokenizer runs inside each linguistic token: no piece crosses a boundary. */
    LINGUISTIC,
    /** The subword tokenizer runs on the plain text; pieces are matched to tokens by offsets. */
    PLAIN;

    /** Returns the name used in configurations, manifests and reports: {@code linguistic} … */
    @JsonValue
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Returns the alignment with this label.
     *
     * @throws IllegalArgumentException if there is none
     */
    @JsonCreator
    public static Alignment of(String label) {
        for (Alignment alignment : values()) {
            if (alignment.label().equals(label)) {
                return alignment;
            }
        }
        throw new IllegalArgumentException(
                "Unknown alignment '" + label + "'. Known: linguistic, plain");
    }
}
