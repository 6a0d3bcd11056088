package org.limelm.train.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.limelm.core.ConfigException;

/**
 * The path of a field: {@code question}, {@code choices.text}, {@code endings[0]}, or alternatives,
 * of which the first that a record has is used: {@code question.stem/question}. A name after a list
 * of objects selects that field of each.
 *
 * @param text the path
 * @param alternatives the alternatives, each a list of names and indices
 */
record FieldPath(String text, List<List<Step>> alternatives) {
    private static final Pattern STEP = Pattern.compile("([\\w-]+)|\\[(\\d+)\\]");
    private static final Pattern SYNTAX = Pattern.compile("[\\w-]+(\\.[\\w-]+|\\[\\d{1,9}\\])*");

    /** A step of a path: a name, or an index if the name is empty. */
    record Step(String name, int index) {}

    static FieldPath parse(String text, String where) {
        List<List<Step>> alternatives =
                Arrays.stream(text.split("/", -1)).map(path -> steps(path, text, where)).toList();
        return new FieldPath(text, alternatives);
    }

    private static List<Step> steps(String path, String text, String where) {
        if (!SYNTAX.matcher(path).matches()) {
            throw new ConfigException(
                    "[%s] field '%s' in a template, expected a path like question, choices.text or endings[0]"
                            .formatted(where, text));
        }
        Matcher matcher = STEP.matcher(path);
        return matcher.results()
                .map(
                        step ->
                                step.group(1) != null
                                        ? new Step(step.group(1), 0)
                                        : new Step("", Integer.parseInt(step.group(2))))
                .toList();
    }

    /** Returns the field of a record, or a missing node. */
    JsonNode of(JsonNode fields) {
        for (List<Step> path : alternatives) {
            JsonNode node = fields;
            for (Step step : path) {
                node = step(node, step);
            }
            if (!node.isMissingNode() && !node.isNull()) {
                return node;
            }
        }
        return MissingNode.getInstance();
    }

    private static JsonNode step(JsonNode node, Step step) {
        if (step.name().isEmpty()) {
            return node.path(step.index());
        }
        if (!node.isArray() || node.isEmpty()) {
            return node.path(step.name());
        }
        ArrayNode selected = JsonNodeFactory.instance.arrayNode();
        for (JsonNode item : node) {
            JsonNode value = item.path(step.name());
            if (value.isMissingNode()) {
                return value;
            }
            selected.add(value);
        }
        return selected;
    }
}
