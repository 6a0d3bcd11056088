package org.limelm.annotate.subword;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds parts of a text that the native tokenizer would not treat as text: special tokens, or
 * U+2581 if that represents a space.
 */
final class SpecialText {
    private final Map<Character, TreeSet<Integer>> lengthsByFirst = new HashMap<>();
    private final Set<String> contents;

    private SpecialText(Set<String> contents) {
        this.contents = contents;
        for (String content : contents) {
            if (!content.isEmpty()) {
                lengthsByFirst
                        .computeIfAbsent(content.charAt(0), c -> new TreeSet<>())
                        .add(content.length());
            }
        }
    }

    static SpecialText of(TokenizerJson json) {
        Set<String> contents = new TreeSet<>(json.special());
        if (json.metaspace()) {
            contents.add(String.valueOf(TokenizerJson.METASPACE));
        }
        return new SpecialText(Set.copyOf(contents));
    }

    /**
     * Splits a text so that no part contains a special token's content, except for a part that is
     * such a token and cannot be split because it is a single character.
     */
    List<String> cut(String text) {
        List<String> parts = new ArrayList<>(1);
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            int length = lengthAt(text, i);
            if (length == 0) {
                continue;
            }
            int cut = i + Character.charCount(text.codePointAt(i));
            if (cut - i == length && start < i) {
                parts.add(text.substring(start, i));
                start = i;
            }
            parts.add(text.substring(start, cut));
            start = cut;
            i = cut - 1;
        }
        if (start < text.length()) {
            parts.add(text.substring(start));
        }
        return parts;
    }

    /** Returns whether the text contains a special token. */
    boolean isIn(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (lengthAt(text, i) > 0) {
                return true;
            }
        }
        return false;
    }

    /** Returns the length of the shortest special content that begins here, or 0. */
    private int lengthAt(String text, int index) {
        TreeSet<Integer> lengths = lengthsByFirst.get(text.charAt(index));
        if (lengths != null) {
            for (int length : lengths) {
                if (index + length > text.length()) {
                    break;
                }
                if (contents.contains(text.substring(index, index + length))) {
                    return length;
                }
            }
        }
        return 0;
    }
}
