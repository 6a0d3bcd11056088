package org.limelm.train.task;

import java.util.Locale;
import java.util.Optional;

/**
 * A function in a template, applied to a field: {@code {{text|trim}}}.
 *
 * @param name its name
 * @param argument the text after a colon; may be empty
 */
record TextFilter(String name, String argument) {
    /** The names, for messages. */
    static final String KNOWN =
            "trim, lower, capitalize, spaced, last-word, without-last-word, before:TEXT, after:TEXT";

    /** Parses {@code name} or {@code name:argument}; empty if there is no such filter. */
    static Optional<TextFilter> parse(String text) {
        int colon = text.indexOf(':');
        String name = colon < 0 ? text.strip() : text.substring(0, colon).strip();
        String argument = colon < 0 ? "" : text.substring(colon + 1);
        boolean known =
                switch (name) {
                    case "trim",
                            "lower",
                            "capitalize",
                            "spaced",
                            "last-word",
                            "without-last-word" ->
                            argument.isEmpty();
                    case "before", "after" -> !argument.isEmpty();
                    default -> false;
                };
        return known ? Optional.of(new TextFilter(name, argument)) : Optional.empty();
    }

    /** Returns the result; empty if the text does not contain what the filter looks for. */
    Optional<String> apply(String text) {
        int at =
                switch (name) {
                    case "last-word", "without-last-word" -> text.lastIndexOf(' ');
                    case "before", "after" -> text.indexOf(argument);
                    default -> 0;
                };
        if (at < 0) {
            return Optional.empty();
        }
        return Optional.of(
                switch (name) {
                    case "trim" -> text.strip();
                    case "lower" -> text.toLowerCase(Locale.ROOT);
                    case "capitalize" -> capitalized(text);
                    case "spaced" -> text.isEmpty() ? "" : " " + text;
                    case "last-word" -> text.substring(at + 1);
                    case "after" -> text.substring(at + argument.length());
                    default -> text.substring(0, at);
                });
    }

    /** The first character in upper case, the others in lower case. */
    private static String capitalized(String text) {
        if (text.isEmpty()) {
            return text;
        }
        int end = text.offsetByCodePoints(0, 1);
        return text.substring(0, end).toUpperCase(Locale.ROOT)
                + text.substring(end).toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return argument.isEmpty() ? name : name + ":" + argument;
    }
}
