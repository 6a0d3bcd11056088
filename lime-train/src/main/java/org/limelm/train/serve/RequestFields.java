package org.limelm.train.serve;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.limelm.core.LimeException;
import org.limelm.core.io.Json;

/**
 * The fields of a request's JSON object, read strictly: each value has its type and range, null
 * means absent, and {@link #requireNoOthers} rejects fields that nobody asked for.
 */
final class RequestFields {
    private final JsonNode object;
    private final Set<String> known = new LinkedHashSet<>();

    private RequestFields(JsonNode object) {
        this.object = object;
    }

    /**
     * Parses a request.
     *
     * @throws RequestException with status 400 if it is not a JSON object
     */
    static RequestFields parse(String json) {
        JsonNode tree;
        try {
            tree = Json.parse(json, JsonNode.class, "request");
        } catch (LimeException e) {
            String problem =
                    e.getCause() instanceof JsonProcessingException cause
                            ? cause.getOriginalMessage()
                            : e.getMessage();
            throw RequestException.of(400, "invalid_json", "the body is not JSON: " + problem);
        }
        if (!tree.isObject()) {
            throw RequestException.of(400, "invalid_json", "the body is not a JSON object");
        }
        return new RequestFields(tree);
    }

    /** Returns the value of a field; missing if it is absent or null. */
    JsonNode get(String name) {
        known.add(name);
        JsonNode value = object.path(name);
        return value.isNull() ? MissingNode.getInstance() : value;
    }

    Optional<String> text(String name) {
        JsonNode value = get(name);
        if (value.isMissingNode()) {
            return Optional.empty();
        }
        if (!value.isTextual()) {
            throw wrong(name, value, "a string");
        }
        return Optional.of(value.textValue());
    }

    boolean flag(String name) {
        JsonNode value = get(name);
        if (!value.isMissingNode() && !value.isBoolean()) {
            throw wrong(name, value, "true or false");
        }
        return value.booleanValue();
    }

    double number(String name, double absent) {
        JsonNode value = get(name);
        if (!value.isMissingNode() && !value.isNumber()) {
            throw wrong(name, value, "a number");
        }
        return value.isMissingNode() ? absent : value.doubleValue();
    }

    long integer(String name, long absent) {
        JsonNode value = get(name);
        if (!value.isMissingNode() && !(value.isIntegralNumber() && value.canConvertToLong())) {
            throw wrong(name, value, "an integer");
        }
        return value.isMissingNode() ? absent : value.longValue();
    }

    /**
     * Returns an integer of a range.
     *
     * @param absent the value if the field is absent
     */
    int integer(String name, int absent, int least, int most) {
        long value = integer(name, absent);
        if (value < least || value > most) {
            throw RequestException.of(
                    name, name + " is " + value + ", expected " + least + " to " + most);
        }
        return (int) value;
    }

    /** Returns a string or a list of strings, none of them empty. */
    List<String> texts(String name, int most) {
        JsonNode value = get(name);
        List<String> texts = new ArrayList<>();
        if (value.isTextual()) {
            texts.add(value.textValue());
        } else if (value.isArray()) {
            value.forEach(text -> texts.add(text.isTextual() ? text.textValue() : ""));
        } else if (!value.isMissingNode()) {
            throw wrong(name, value, "a string or a list of strings");
        }
        if (texts.contains("") || texts.size() > most) {
            throw wrong(name, value, "at most " + most + " strings, none of them empty");
        }
        return texts;
    }

    /** Returns an object of strings. */
    Map<String, String> map(String name) {
        JsonNode value = get(name);
        Map<String, String> map = new LinkedHashMap<>();
        if (value.isMissingNode()) {
            return map;
        }
        if (!value.isObject()) {
            throw wrong(name, value, "an object such as {\"pos\": \"CD\"}");
        }
        value.properties()
                .forEach(
                        entry -> {
                            if (!entry.getValue().isTextual()) {
                                throw wrong(name, value, "an object of strings");
                            }
                            map.put(entry.getKey(), entry.getValue().textValue());
                        });
        return map;
    }

    /** Accepts a field that has no effect. */
    void ignore(String name) {
        known.add(name);
    }

    /**
     * Requires that a field is absent or has its neutral value.
     *
     * @param neutral JSON of the value that changes nothing
     */
    void requireNeutral(String name, String neutral) {
        JsonNode value = get(name);
        boolean same =
                value.isMissingNode()
                        || value.toString().equals(neutral)
                        || (value.isNumber()
                                && !neutral.startsWith("{")
                                && !neutral.startsWith("\"")
                                && value.doubleValue() == Double.parseDouble(neutral));
        if (!same) {
            throw RequestException.of(
                    name, name + " is not supported; expected it to be absent or " + neutral);
        }
    }

    /**
     * Rejects all fields that were not read.
     *
     * @throws RequestException with status 400 if there is one
     */
    void requireNoOthers() {
        object.fieldNames()
                .forEachRemaining(
                        name -> {
                            if (!known.contains(name)) {
                                throw RequestException.of(
                                        name,
                                        "unknown field '"
                                                + name
                                                + "', expected one of "
                                                + new TreeSet<>(known));
                            }
                        });
    }

    /** Returns an error of a value. */
    static RequestException wrong(String name, JsonNode value, String expected) {
        String shown = value.isMissingNode() ? "absent" : value.toString();
        String start = shown.length() > 60 ? shown.substring(0, 60) + "…" : shown;
        return RequestException.of(name, name + " is " + start + ", expected " + expected);
    }
}
