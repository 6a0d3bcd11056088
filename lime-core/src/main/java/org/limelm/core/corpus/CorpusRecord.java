package org.limelm.core.corpus;

import java.util.Locale;
import org.limelm.core.text.Document;

/** The result of parsing a record: a document, or the reason why it was rejected. */
sealed interface CorpusRecord {
    /** A document. */
    record Good(Document document) implements CorpusRecord {}

    /** A record for the quarantine. */
    record Bad(QuarantinedRecord quarantined) implements CorpusRecord {}

    /** Returns a record for the quarantine. */
    static CorpusRecord bad(String origin, QuarantineReason reason, String detail) {
        return new Bad(new QuarantinedRecord(origin, reason, detail));
    }

    /**
     * Returns a document, or a record for the quarantine if its text is empty or cannot be encoded
     * as UTF-8.
     */
    static CorpusRecord of(String id, String text, String origin) {
        if (text.isBlank()) {
            return bad(origin, QuarantineReason.EMPTY_TEXT, "");
        }
        int lone = Utf8.loneSurrogate(text);
        if (lone >= 0) {
            return bad(
                    origin,
                    QuarantineReason.LONE_SURROGATE,
                    String.format(
                            Locale.ROOT,
                            "\\u%04x at UTF-16 unit %d",
                            (int) text.charAt(lone),
                            lone));
        }
        return new Good(new Document(id.isBlank() ? origin : id, text, origin));
    }
}
