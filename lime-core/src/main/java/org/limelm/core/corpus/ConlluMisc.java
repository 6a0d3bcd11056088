package org.limelm.core.corpus;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Column MISC of CoNLL-U: {@code key=value} pairs, separated by {@code |}. Values have the escapes
 * of UDPipe: {@code \p} is {@code |}, {@code \s} a space, {@code \t}, {@code \n} and {@code \r} are
 * as in Java, and {@code \\} is a backslash; before another character, so is a single one.
 */
public final class ConlluMisc {
    private static final Pattern ESCAPE = Pattern.compile("\\\\([pstnr\\\\])");
    private static final Map<String, String> MEANING =
            Map.of("p", "|", "s", " ", "t", "\t", "n", "\n", "r", "\r");

    private ConlluMisc() {}

    /** Returns the text of a pair. */
    public static String entry(String key, String value) {
        String escaped =
                value.replace("\\", "\\\\")
                        .replace("|", "\\p")
                        .replace("\t", "\\t")
                        .replace("\n", "\\n")
                        .replace("\r", "\\r");
        return key + "=" + escaped;
    }

    /** Returns the value of a key in the column; empty if there is none. */
    public static Optional<String> value(String column, String key) {
        for (String entry : column.split("\\|")) {
            if (entry.startsWith(key + "=")) {
                return Optional.of(unescaped(entry.substring(key.length() + 1)));
            }
        }
        return Optional.empty();
    }

    /** Returns whether whitespace follows the word in the text. */
    public static boolean spaceAfter(String column) {
        return value(column, "SpaceAfter").filter("No"::equals).isEmpty();
    }

    private static String unescaped(String value) {
        return ESCAPE.matcher(value)
                .replaceAll(
                        escape ->
                                Matcher.quoteReplacement(
                                        MEANING.getOrDefault(escape.group(1), escape.group(1))));
    }
}
