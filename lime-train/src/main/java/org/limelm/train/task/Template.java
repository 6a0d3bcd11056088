package org.limelm.train.task;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.limelm.core.ConfigException;

/**
 * A text with fields in double braces: {@code Question: {{question|trim}}}. A field is a path, see
 * {@link FieldPath}, and may be followed by filters, see {@link TextFilter}.
 */
final class Template {
    private static final String OPEN = "{{";
    private static final String CLOSE = "}}";

    private final List<Part> parts;

    private sealed interface Part {}

    private record Literal(String text) implements Part {}

    private record Field(FieldPath path, List<TextFilter> filters) implements Part {}

    private Template(List<Part> parts) {
        this.parts = List.copyOf(parts);
    }

    /**
     * Parses a template.
     *
     * @param where the task, for messages
     * @throws ConfigException if braces, a path or a filter are malformed
     */
    static Template parse(String text, String where) {
        List<Part> parts = new ArrayList<>();
        int at = 0;
        while (true) {
            int open = text.indexOf(OPEN, at);
            if (open < 0) {
                break;
            }
            int close = text.indexOf(CLOSE, open);
            if (close < 0) {
                throw new ConfigException(
                        "[%s] a '{{' without '}}' in the template '%s'".formatted(where, text));
            }
            parts.add(new Literal(text.substring(at, open)));
            parts.add(field(text.substring(open + OPEN.length(), close), where));
            at = close + CLOSE.length();
        }
        parts.add(new Literal(text.substring(at)));
        parts.removeIf(part -> part instanceof Literal literal && literal.text().isEmpty());
        return new Template(parts);
    }

    private static Field field(String text, String where) {
        String[] pieces = text.split("\\|", -1);
        List<TextFilter> filters =
                Arrays.stream(pieces)
                        .skip(1)
                        .map(
                                filter ->
                                        TextFilter.parse(filter)
                                                .orElseThrow(() -> unknownFilter(filter, where)))
                        .toList();
        return new Field(FieldPath.parse(pieces[0].strip(), where), filters);
    }

    private static ConfigException unknownFilter(String filter, String where) {
        return new ConfigException(
                "[%s] unknown filter '%s' in a template, expected one of %s"
                        .formatted(where, filter, TextFilter.KNOWN));
    }

    /** Returns the paths of the fields. */
    Stream<String> fields() {
        return parts.stream()
                .filter(Field.class::isInstance)
                .map(part -> ((Field) part).path().text());
    }

    /**
     * Returns the text for a record.
     *
     * @throws org.limelm.core.LimeException if the record lacks a field, or it is not a text or
     *     number
     */
    String render(TaskRecord record) {
        StringBuilder text = new StringBuilder();
        for (Part part : parts) {
            if (part instanceof Literal literal) {
                text.append(literal.text());
            } else if (part instanceof Field field) {
                text.append(text(record, field, value(record, field)));
            }
        }
        return text.toString();
    }

    /** Returns the texts of a template that is one field with a list; otherwise, the one text. */
    List<String> renderAll(TaskRecord record) {
        if (parts.size() == 1 && parts.get(0) instanceof Field field) {
            JsonNode value = value(record, field);
            if (value.isArray()) {
                List<String> texts = new ArrayList<>();
                value.forEach(item -> texts.add(text(record, field, item)));
                return texts;
            }
        }
        return List.of(render(record));
    }

    private static JsonNode value(TaskRecord record, Field field) {
        JsonNode value = field.path().of(record.fields());
        if (value.isMissingNode()) {
            throw record.malformed(
                    "no field '"
                            + field.path().text()
                            + "', which a template names; the record has "
                            + record.names());
        }
        return value;
    }

    private static String text(TaskRecord record, Field field, JsonNode value) {
        String name = "field '" + field.path().text() + "'";
        if (value.isContainerNode()) {
            String kind = value.isArray() ? "a list" : "an object";
            throw record.malformed(name + " is " + kind + ", expected a text or a number");
        }
        String text = value.asText();
        for (TextFilter filter : field.filters()) {
            String input = text;
            text =
                    filter.apply(input)
                            .orElseThrow(
                                    () ->
                                            record.malformed(
                                                    name + " does not fit the filter " + filter));
        }
        return text;
    }
}
