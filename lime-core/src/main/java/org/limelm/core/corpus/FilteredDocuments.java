package org.limelm.core.corpus;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.limelm.core.text.Document;

/** Applies the filters that need the text alone, and counts what they leave out. */
final class FilteredDocuments {
    private final DocumentFilter filter;
    private final TextHashes seen = new TextHashes();
    private final Map<FilterReason, Long> counts = new EnumMap<>(FilterReason.class);

    FilteredDocuments(DocumentFilter filter) {
        this.filter = filter;
    }

    /** Returns whether a document is kept; call it once per document, in order. */
    boolean keeps(Document document) {
        Optional<FilterReason> reason = reason(document.text());
        reason.ifPresent(why -> counts.merge(why, 1L, Long::sum));
        return reason.isEmpty();
    }

    private Optional<FilterReason> reason(String text) {
        if (text.length() < filter.minCharacters()) {
            return Optional.of(FilterReason.TOO_SHORT);
        }
        if (filter.maxCharacters() > 0 && text.length() > filter.maxCharacters()) {
            return Optional.of(FilterReason.TOO_LONG);
        }
        return filter.deduplicate() && !seen.add(text)
                ? Optional.of(FilterReason.DUPLICATE)
                : Optional.empty();
    }

    Map<FilterReason, Long> counts() {
        return Collections.unmodifiableMap(counts);
    }
}
