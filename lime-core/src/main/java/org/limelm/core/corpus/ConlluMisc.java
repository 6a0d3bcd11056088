package org.limelm.core.corpus;

import java.util.Optional;

/** Column MISC of CoNLL-U: entries {@code KEY=value}, separated by {@code |}. */
public final class ConlluMisc {
    private ConlluMisc() {}

    /** Returns the value of a key in a column; empty if it has no entry. */
    public static Optional<String> value(String column, String key) {
        for (String entry : column.split("\\|")) {
            if (entry.startsWith(key + "=")) {
                return Optional.of(entry.substring(key.length() + 1));
            }
        }
        return Optional.empty();
    }

    /** Returns whether whitespace follows the word in the text. */
    public static boolean spaceAfter(String column) {
        return value(column, "SpaceAfter").filter("No"::equals).isEmpty();
    }
}
