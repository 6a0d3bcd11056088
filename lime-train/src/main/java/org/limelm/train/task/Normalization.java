package org.limelm.train.task;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.regex.Pattern;

/** How generated and reference answers are made comparable. */
public enum Normalization {
    /** Surrounding whitespace is removed. */
    NONE,
    /**
     * Lower case, without punctuation, articles and repeated whitespace: the rule of TriviaQA
     * (Joshi et al. 2017).
     */
    TEXT,
    /** The value of a number: {@code $1,200.00} equals {@code 1200}. */
    NUMBER;

    private static final Pattern PUNCTUATION = Pattern.compile("[\\p{Punct}‘’´`_]");
    private static final Pattern ARTICLES = Pattern.compile("\\b(a|an|the)\\b");
    private static final Pattern WHITESPACE = Pattern.compile("\\s+");
    private static final Pattern NUMBER_SIGNS = Pattern.compile("[,$%\\s]|\\.$");

    /** Returns the comparable form of an answer. */
    String apply(String answer) {
        return switch (this) {
            case NONE -> answer.strip();
            case TEXT -> text(answer);
            case NUMBER -> number(answer);
        };
    }

    private static String text(String answer) {
        String words = PUNCTUATION.matcher(answer.toLowerCase(Locale.ROOT)).replaceAll(" ");
        return WHITESPACE.matcher(ARTICLES.matcher(words).replaceAll(" ")).replaceAll(" ").strip();
    }

    private static String number(String answer) {
        String plain = NUMBER_SIGNS.matcher(answer.strip()).replaceAll("");
        try {
            return new BigDecimal(plain).stripTrailingZeros().toString(); // 1E+9 stays short
        } catch (NumberFormatException e) {
            return plain; // not a number: compared as text
        }
    }
}
