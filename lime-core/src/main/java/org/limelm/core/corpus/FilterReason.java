package org.limelm.core.corpus;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Why a filter left a document out. */
public enum FilterReason {
    /** Fewer characters than the minimum. */
    TOO_SHORT,
    /** More characters than the maximum. */
    TOO_LONG,
    /** An earlier document has the same text. */
    DUPLICATE,
    /** Too few or too many characters per token. */
    CHARACTERS_PER_TOKEN;

    /** Returns the name used in files and reports: {@code too-short} … */
    @JsonValue
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
