package org.limelm.core.config;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;

/** JSON schemas of the values that {@link ScalarTypes} reads. */
final class ScalarSchema {
    // YAML parsers differ in what is a number: 1_000 and 3e-4 are text to some of them.
    private static final String INTEGER = "^[-+]?[0-9]+(_[0-9]+)*$";
    private static final String NUMBER = "^[-+]?[0-9_]*[.]?[0-9_]*([eE][-+]?[0-9]+)?$";
    private static final String DURATION = "^-?([pP]|[0-9])[-+.0-9dhmstDHMST]*[dhmsDHMS]$";

    private ScalarSchema() {}

    /** Returns the schema of a type. */
    static ObjectNode of(Class<?> type) {
        if (type.isEnum()) {
            return oneOf(ChoiceLabels.constants(type).keySet());
        }
        String name = ScalarTypes.name(type);
        return switch (name) {
            case "boolean" -> types("boolean");
            case "integer" -> types("integer", "string").put("pattern", INTEGER);
            case "number" -> types("number", "string").put("pattern", NUMBER);
            case "duration" -> types("string").put("pattern", DURATION);
            case "path" -> types("string", "number", "boolean").put("minLength", 1);
            case "text" -> types("string", "number", "boolean");
            default -> throw new IllegalStateException("No schema for " + name);
        };
    }

    /** Returns the schema of a word from a list. */
    static ObjectNode oneOf(Collection<String> words) {
        ObjectNode schema = JsonNodeFactory.instance.objectNode();
        ArrayNode values = schema.putArray("enum");
        words.forEach(values::add);
        return schema;
    }

    private static ObjectNode types(String... types) {
        ObjectNode schema = JsonNodeFactory.instance.objectNode();
        if (types.length == 1) {
            return schema.put("type", types[0]);
        }
        ArrayNode names = schema.putArray("type");
        for (String type : types) {
            names.add(type);
        }
        return schema;
    }
}
