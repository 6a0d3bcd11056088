package org.limelm.core.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.limelm.core.text.Document;
import org.limelm.core.text.DocumentFields;
import org.limelm.core.text.LabelledSpan;

/**
 * Reads the fields of a record that were asked for.
 *
 * <p>A field is a key of the record, or a path of keys: {@code metadata.language}. Its content is
 * one of these:
 *
 * <ul>
 *   <li>a string, a number or a boolean: a value of the document
 *   <li>a list of objects with {@code start}, {@code end} and {@code label}: spans of the text,
 *       counted in Unicode characters (code points), as Python counts them. A further name on the
 *       path selects another key as label: {@code tokens.pos} reads {@code {"start": 0, "end": 3,
 *       "pos": "NOUN"}}. An item whose label is null, empty or missing has no span.
 *   <li>null, or nothing: the document does not have the field
 * </ul>
 */
final class RequestedFields {
    private static final String START = "start";
    private static final String END = "end";
    private static final String LABEL = "label";

    private final List<String> names;
    private final Set<String> keys;

    /** Thrown for a field of another shape, with what was expected. */
    private static final class BadField extends Exception {
        private final String detail;

        BadField(String detail) {
            super(detail);
            this.detail = detail;
        }

        String detail() {
            return detail;
        }
    }

    RequestedFields(List<String> names) {
        this.names = names;
        this.keys =
                names.stream()
                        .flatMap(name -> List.of(name, name.split("\\.", 2)[0]).stream())
                        .collect(Collectors.toUnmodifiableSet());
    }

    /** Returns whether a key of the record is part of a field. */
    boolean uses(String key) {
        return keys.contains(key);
    }

    /**
     * Reads the fields.
     *
     * @param record the values of the keys in {@link #uses}
     * @throws BadField if a field has another shape, or a span is not in the text
     */
    private DocumentFields read(Map<String, JsonNode> record, String text) throws BadField {
        CodePoints text16 = new CodePoints(text);
        Map<String, String> values = new LinkedHashMap<>();
        Map<String, List<LabelledSpan>> spans = new LinkedHashMap<>();
        for (String name : names) {
            Found found = find(name, record);
            JsonNode node = found.node;
            if (node.isArray()) {
                spans.put(name, spans(name, node, found.label, text16));
            } else if (node.isValueNode() && !node.isNull()) {
                values.put(name, node.asText());
            } else if (!node.isNull() && !node.isMissingNode()) {
                throw new BadField(
                        "field '"
                                + name
                                + "' is an object, expected a string, a number, or a list of"
                                + " {start, end, label}");
            }
        }
        return new DocumentFields(values, spans);
    }

    /**
     * Adds the fields to a document; a record with a field of another shape, or a span outside the
     * text, is rejected.
     */
    CorpusRecord addTo(CorpusRecord record, Map<String, JsonNode> values) {
        if (names.isEmpty() || !(record instanceof CorpusRecord.Good good)) {
            return record;
        }
        Document bare = good.document();
        try {
            DocumentFields fields = read(values, bare.text());
            return new CorpusRecord.Good(
                    new Document(bare.id(), bare.text(), bare.origin(), fields));
        } catch (BadField e) {
            return CorpusRecord.bad(bare.origin(), QuarantineReason.BAD_FIELD, e.detail());
        }
    }

    /** What a name leads to: a value, or a list with the key of its labels. */
    private record Found(JsonNode node, String label) {}

    private static Found find(String name, Map<String, JsonNode> record) {
        JsonNode exact = record.get(name);
        if (exact != null) {
            return new Found(exact, LABEL);
        }
        String[] path = name.split("\\.");
        JsonNode node = record.getOrDefault(path[0], MissingNode.getInstance());
        for (int i = 1; i < path.length; i++) {
            if (node.isArray() && i == path.length - 1) {
                return new Found(node, path[i]);
            }
            node = node.path(path[i]);
        }
        return new Found(node, LABEL);
    }

    private static List<LabelledSpan> spans(
            String name, JsonNode list, String labelKey, CodePoints text) throws BadField {
        List<LabelledSpan> spans = new ArrayList<>(list.size());
        for (int i = 0; i < list.size(); i++) {
            JsonNode item = list.get(i);
            JsonNode start = item.path(START);
            JsonNode end = item.path(END);
            JsonNode label = item.path(labelKey);
            boolean labelled = label.isValueNode() && !label.asText().isBlank();
            boolean absent = label.isNull() || label.isMissingNode() || label.isTextual();
            if (!item.isObject()
                    || !isPosition(start)
                    || !isPosition(end)
                    || !(labelled || absent)) {
                throw new BadField(
                        String.format(
                                Locale.ROOT,
                                "field '%s', item %d: not a span, expected {start, end, %s}: two whole numbers and a string",
                                name,
                                i,
                                labelKey));
            }
            if (start.asInt() < 0 || end.asInt() > text.length() || start.asInt() >= end.asInt()) {
                throw new BadField(
                        String.format(
                                Locale.ROOT,
                                "field '%s', item %d: span %d to %d, expected start < end within the text's 0 to %d characters",
                                name,
                                i,
                                start.asInt(),
                                end.asInt(),
                                text.length()));
            }
            if (labelled && !label.isNull()) {
                spans.add(
                        new LabelledSpan(
                                text.unit(start.asInt()), text.unit(end.asInt()), label.asText()));
            }
        }
        return spans;
    }

    private static boolean isPosition(JsonNode node) {
        return node.isIntegralNumber() && node.canConvertToInt();
    }
}
