package org.limelm.annotate.causal;

import java.util.Locale;
import org.limelm.annotate.internal.classifier.Form;

/**
 * The parts of a word that features are made of. Longer words are truncated to their last {@value
 * #MAX_CHARS} UTF-16 code units; more characters do not help.
 *
 * @param word the word
 * @param lower in lower case
 * @param shape its shape, {@link #shape}
 */
@SuppressWarnings("ArrayRecordComponent") // columns, never compared
record WordForms(Form word, Form lower, Form shape, Form[] lowerFirst, Form[] lowerLast) {
    private static final int MAX_CHARS = 24;

    /** Longest prefix and suffix used in features, in UTF-16 code units. */
    static final int MAX_AFFIX = 4;

    /** Returns the parts of a word. */
    static WordForms of(String text) {
        String word = text.length() <= MAX_CHARS ? text : text.substring(text.length() - MAX_CHARS);
        String lowerWord = word.toLowerCase(Locale.ROOT);
        // the same string where possible, which saves memory
        Form lower = Form.of(lowerWord.equals(word) ? word : lowerWord);
        Form[] first = new Form[MAX_AFFIX];
        Form[] last = new Form[MAX_AFFIX];
        for (int i = 0; i < MAX_AFFIX; i++) {
            first[i] = lower.first(i + 1);
            last[i] = lower.last(i + 1);
        }
        return new WordForms(Form.of(word), lower, Form.of(shape(word)), first, last);
    }

    /** Returns the first characters of the word in lower case. */
    Form first(int count) {
        return lowerFirst[count - 1];
    }

    /** Returns the last characters of the word in lower case. */
    Form last(int count) {
        return lowerLast[count - 1];
    }

    /**
     * Returns the shape of a word: {@code A} for a run of upper-case letters, {@code a} for other
     * letters, {@code 0} for digits, and other characters as they are; then 1 for a single
     * upper-case letter, or the number of digits up to 5.
     */
    static String shape(String word) {
        StringBuilder shape = new StringBuilder();
        char before = 0;
        int digits = 0;
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            char kind;
            if (Character.isDigit(c)) {
                kind = '0';
                digits++;
            } else if (Character.isUpperCase(c)) {
                kind = 'A';
            } else if (Character.isLetter(c) || Character.isSurrogate(c)) {
                kind = 'a';
            } else {
                kind = c;
            }
            if (kind != before) {
                shape.append(kind);
                before = kind;
            }
        }
        if (word.length() == 1 && before == 'A') {
            shape.append('1');
        }
        return digits == 0 ? shape.toString() : shape.append(Math.min(digits, 5)).toString();
    }
}
