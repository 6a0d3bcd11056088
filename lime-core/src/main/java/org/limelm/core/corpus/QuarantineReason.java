package org.limelm.core.corpus;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Why a record of a corpus was rejected. */
public enum QuarantineReason {
    /** The line is not JSON. */
    BAD_JSON,
    /** The line is not CoNLL-U; its whole document is rejected. */
    BAD_CONLLU,
    /** The line is JSON, but not an object. */
    NOT_AN_OBJECT,
    /** The object has no text. */
    NO_TEXT,
    /** The text is null, a number, a list …, but not a string. */
    TEXT_NOT_A_STRING,
    /** The text is empty or whitespace. */
    EMPTY_TEXT,
    /** A field that was asked for has another shape, or a span is outside the text. */
    BAD_FIELD,
    /** The bytes are not UTF-8. */
    INVALID_UTF8,
    /** The text contains a lone surrogate (from an escape), which UTF-8 cannot encode. */
    LONE_SURROGATE,
    /** The record is larger than {@link ReaderOptions#maxDocumentBytes}. */
    TOO_LARGE;

    /** Returns the name used in files and reports: {@code bad-json} … */
    @JsonValue
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
