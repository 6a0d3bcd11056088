package org.limelm.annotate.training;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which of a classifier's tags are right where the gold tag is the given one: itself, or any of its
 * types where it is ambiguous: {@code B-GPE} and {@code LOC}, separated by a tab, is {@code B-GPE}
 * or {@code B-LOC}. N is the number of tags.
 */
final class GoldTags {
    /** Separates the types of an ambiguous tag; no gold file has a tag that contains it. */
    static final String OR = "\t";

    private static final int PREFIX = 2; // B-

    private final List<String> tags;
    private final Map<String, boolean[]> right = new HashMap<>();

    GoldTags(List<String> tags) {
        this.tags = List.copyOf(tags);
    }

    /** Returns whether several types may be right. */
    static boolean isAmbiguous(String gold) {
        return gold.contains(OR);
    }

    /** Returns the tag with the first of its types. */
    static String first(String gold) {
        return isAmbiguous(gold) ? gold.substring(0, gold.indexOf(OR)) : gold;
    }

    /** Returns which tags are right, N. */
    boolean[] of(String gold) {
        return right.computeIfAbsent(gold, this::find);
    }

    private boolean[] find(String gold) {
        boolean[] found = new boolean[tags.size()];
        if (isAmbiguous(gold)) {
            String prefix = gold.substring(0, PREFIX);
            for (String type : gold.substring(PREFIX).split(OR)) {
                mark(prefix + type, found);
            }
        } else {
            mark(gold, found);
        }
        return found;
    }

    private void mark(String tag, boolean[] found) {
        int index = tags.indexOf(tag);
        if (index >= 0) {
            found[index] = true;
        }
    }
}
