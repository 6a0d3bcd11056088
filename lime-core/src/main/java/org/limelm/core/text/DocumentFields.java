package org.limelm.core.text;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The fields of a document's record that a reader was asked for, besides its text and id. Each is a
 * value of the whole document or a list of labelled spans of its text. Immutable.
 *
 * @param values strings as they are, numbers and booleans as text, by the name of the field
 * @param spans spans in the order of the record, by the name of the field
 */
public record DocumentFields(Map<String, String> values, Map<String, List<LabelledSpan>> spans) {
    /** No fields. */
    public static final DocumentFields NONE = new DocumentFields(Map.of(), Map.of());

    /** Copies the maps and lists. */
    public DocumentFields {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        Map<String, List<LabelledSpan>> copies = new LinkedHashMap<>();
        spans.forEach((name, list) -> copies.put(name, List.copyOf(list)));
        spans = Collections.unmodifiableMap(copies);
    }

    /** Returns whether there are no fields. */
    public boolean isEmpty() {
        return values.isEmpty() && spans.isEmpty();
    }

    /**
     * Returns a value of the document; empty if the record has no such field, or it is null or a
     * list of spans.
     */
    public Optional<String> value(String name) {
        return Optional.ofNullable(values.get(name));
    }

    /**
     * Returns the labelled spans of a field; an empty list if the record has no such field, or it
     * is null or a value.
     */
    public List<LabelledSpan> spans(String name) {
        return spans.getOrDefault(name, List.of());
    }
}
