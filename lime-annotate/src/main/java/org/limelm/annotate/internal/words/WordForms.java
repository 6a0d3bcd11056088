package org.limelm.annotate.internal.words;

import java.util.Locale;
import org.limelm.annotate.internal.classifier.Form;

/**
 * The parts of a word that features are made of. Longer words are truncated to their last {@value
 * #MAX_CHARS} UTF-16 code units; more characters do not help.
 *
 * @param text the word
 * @param word the word, without the beginning if it is long
 * @param lower in lower case, with every digit as {@code 0}
 * @param shape its shape, {@link #shape}
 * @param cluster its cluster, {@link WordClusters}
 */
@SuppressWarnings("ArrayRecordComponent") // columns, never compared
public record WordForms(
        String text,
        Form word,
        Form lower,
        Form shape,
        Form cluster,
        Form[] lowerFirst,
        Form[] lowerLast) {
    /** Longest word of which all characters are used, in UTF-16 code units. */
    static final int MAX_CHARS = 24;

    private static final int MAX_SHAPE_CHARS = 10;
    private static final int MAX_RUN = 2;

    /** Longest prefix used in features, in UTF-16 code units. */
    static final int MAX_PREFIX = 4;

    /** Longest suffix used in features, in UTF-16 code units. */
    static final int MAX_SUFFIX = 5;

    /** Returns the parts of a word. */
    static WordForms of(String text, WordClusters clusters) {
        String word = end(text);
        String normalized = normalize(word);
        // the same string where possible, which saves memory
        Form lower = Form.of(normalized.equals(word) ? word : normalized);
        Form[] first = new Form[MAX_PREFIX];
        Form[] last = new Form[MAX_SUFFIX];
        for (int i = 0; i < MAX_PREFIX; i++) {
            first[i] = lower.first(i + 1);
        }
        for (int i = 0; i < MAX_SUFFIX; i++) {
            last[i] = lower.last(i + 1);
        }
        Form shape = Form.of(shape(word));
        return new WordForms(
                text, Form.of(word), lower, shape, clusters.of(normalized), first, last);
    }

    private static String end(String text) {
        int start = Math.max(0, text.length() - MAX_CHARS);
        boolean half = start > 0 && Character.isLowSurrogate(text.charAt(start));
        return text.substring(half ? start + 1 : start);
    }

    /** Returns what words of the same cluster have in common: the normalized end of the word. */
    public static String clusterKey(String word) {
        return normalize(end(word));
    }

    /** Returns a word in lower case, with every digit as {@code 0}. */
    static String normalize(String word) {
        String lower = word.toLowerCase(Locale.ROOT);
        StringBuilder digits = null;
        for (int i = 0; i < lower.length(); i++) {
            if (Character.isDigit(lower.charAt(i))) {
                digits = digits == null ? new StringBuilder(lower) : digits;
                digits.setCharAt(i, '0');
            }
        }
        return digits == null ? lower : digits.toString();
    }

    /** Returns the first characters of {@link #lower}, at most {@value #MAX_PREFIX}. */
    public Form first(int count) {
        return lowerFirst[count - 1];
    }

    /** Returns the last characters of {@link #lower}, at most {@value #MAX_SUFFIX}. */
    public Form last(int count) {
        return lowerLast[count - 1];
    }

    /**
     * Returns the shape of a word: {@code A} for an upper-case letter, {@code a} for another one,
     * {@code 0} for a digit, and other characters as they are, each at most twice in a row; then
     * the number of digits up to 5, if there are any.
     */
    public static String shape(String word) {
        StringBuilder shape = new StringBuilder();
        char before = 0;
        int run = 0;
        int digits = 0;
        for (int i = 0; i < word.length(); i++) {
            char kind = kind(word.charAt(i));
            run = kind == before ? run + 1 : 1;
            before = kind;
            digits += kind == '0' ? 1 : 0;
            if (run <= MAX_RUN && shape.length() < MAX_SHAPE_CHARS) {
                shape.append(kind);
            }
        }
        return digits == 0 ? shape.toString() : shape.append(Math.min(digits, 5)).toString();
    }

    /** Returns the kind of a character, as in {@link #shape}. */
    static char kind(char c) {
        if (Character.isDigit(c)) {
            return '0';
        } else if (Character.isUpperCase(c)) {
            return 'A';
        } else {
            return Character.isLetter(c) || Character.isSurrogate(c) ? 'a' : c;
        }
    }
}
