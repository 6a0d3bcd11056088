package org.limelm.core.config;

import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.limelm.core.ConfigException;

/** Converts scalars between text and numbers, paths, durations and enum constants. */
final class ScalarTypes {
    private static final Map<Class<?>, ScalarType> TYPES = types();

    private ScalarTypes() {}

    /**
     * Parses text; throws an {@link IllegalArgumentException} or an {@link ArithmeticException} if
     * it is invalid.
     */
    private interface Parser {
        Object parse(String text);
    }

    /**
     * A type.
     *
     * @param name name in the configuration reference
     * @param expected description of its values in messages
     */
    private record ScalarType(String name, String expected, Parser parser) {}

    private static Map<Class<?>, ScalarType> types() {
        ScalarType bool = new ScalarType("boolean", "true or false", ScalarTypes::parseBoolean);
        ScalarType integer =
                new ScalarType(
                        "integer",
                        "a whole number from -2147483648 to 2147483647",
                        text -> Integer.valueOf(digits(text)));
        ScalarType longInteger =
                new ScalarType("integer", "a whole number", text -> Long.valueOf(digits(text)));
        ScalarType number = new ScalarType("number", "a finite number", ScalarTypes::parseDouble);
        Map<Class<?>, ScalarType> types = new LinkedHashMap<>();
        types.put(boolean.class, bool);
        types.put(Boolean.class, bool);
        types.put(int.class, integer);
        types.put(Integer.class, integer);
        types.put(long.class, longInteger);
        types.put(Long.class, longInteger);
        types.put(double.class, number);
        types.put(Double.class, number);
        types.put(String.class, new ScalarType("text", "text", text -> text));
        types.put(Path.class, new ScalarType("path", "a path", ScalarTypes::parsePath));
        types.put(
                Duration.class,
                new ScalarType(
                        "duration",
                        "a duration like 90s, 10m or 1h30m",
                        ScalarTypes::parseDuration));
        return types;
    }

    static boolean isScalar(Class<?> type) {
        return TYPES.containsKey(type) || type.isEnum();
    }

    /** Returns the name of a type in the configuration reference. */
    static String name(Class<?> type) {
        return of(type).name();
    }

    private static ScalarType of(Class<?> type) {
        ScalarType known = TYPES.get(type);
        if (known != null) {
            return known;
        }
        Map<String, Object> constants = ChoiceLabels.constants(type);
        return new ScalarType(
                String.join(" \\| ", constants.keySet()),
                "one of " + String.join(", ", constants.keySet()),
                text -> {
                    Object constant = constants.get(text);
                    if (constant == null) {
                        throw new IllegalArgumentException(text);
                    }
                    return constant;
                });
    }

    /** Returns the text that {@link #parse} parses to this value. */
    static String format(Object value) {
        if (value instanceof Enum<?> constant) {
            return ChoiceLabels.ofConstant(constant);
        }
        if (value instanceof Duration duration) {
            return duration.toString().substring("PT".length()).toLowerCase(Locale.ROOT);
        }
        return value.toString();
    }

    /**
     * Parses a scalar.
     *
     * @param key the dotted key, for messages
     * @throws ConfigException if it does not have the type
     */
    static Object parse(ConfigNode node, Class<?> type, String key) {
        ScalarType scalarType = of(type);
        if (!(node instanceof ConfigNode.Scalar scalar)) {
            throw mismatch(node, key, scalarType.expected());
        }
        try {
            return scalarType.parser().parse(scalar.text());
        } catch (IllegalArgumentException | DateTimeParseException e) {
            throw mismatch(node, key, scalarType.expected());
        }
    }

    /** Returns the exception for a value of the wrong type. */
    static ConfigException mismatch(ConfigNode node, String key, String expected) {
        return new ConfigException(
                "[%s] %s is %s, expected %s"
                        .formatted(node.location(), key, node.describe(), expected));
    }

    /** Removes the underscores of {@code 1_000_000}. */
    private static String digits(String text) {
        return text.replaceAll("(?<=[0-9])_(?=[0-9])", "");
    }

    private static Object parseBoolean(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException(text);
        };
    }

    private static Object parseDouble(String text) {
        double value = Double.parseDouble(digits(text));
        if (!Double.isFinite(value) || !text.matches("[-+0-9._eE]+")) {
            throw new IllegalArgumentException(text);
        }
        return value;
    }

    private static Object parsePath(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("empty");
        }
        return Path.of(text);
    }

    private static Object parseDuration(String text) {
        String upper = text.toUpperCase(Locale.ROOT);
        return Duration.parse(upper.startsWith("P") ? upper : "PT" + upper);
    }
}
