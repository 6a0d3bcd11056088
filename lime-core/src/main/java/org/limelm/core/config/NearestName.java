package org.limelm.core.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** Suggests the known name closest to an unknown one. */
final class NearestName {
    private NearestName() {}

    /** Returns a hint for an unknown name. */
    static String hint(String name, Collection<String> known) {
        return known.stream()
                .min(Comparator.comparingInt(candidate -> distance(name, candidate)))
                .filter(nearest -> distance(name, nearest) <= 1 + nearest.length() / 3)
                .map(nearest -> "Hint: did you mean '" + nearest + "'?")
                .orElse("Hint: known keys are " + String.join(", ", known));
    }

    /** Returns the Levenshtein distance, ignoring case, spaces, {@code _} and {@code -}. */
    static int distance(String a, String b) {
        String left = normalize(a);
        String right = normalize(b);
        int[] row = new int[right.length() + 1];
        for (int j = 0; j <= right.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= left.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.length(); j++) {
                int substitute = diagonal + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substitute, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[right.length()];
    }

    private static String normalize(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[-_ ]", "");
    }
}
