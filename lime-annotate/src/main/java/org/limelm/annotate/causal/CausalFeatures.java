package org.limelm.annotate.causal;

import java.util.Locale;

/**
 * The features of the causal classifiers, as strings. Each depends only on the text up to the end
 * of the current piece.
 */
public final class CausalFeatures {
    private static final int MAX_AFFIX = 4;

    /**
     * Longer words are truncated in features, to a number of UTF-16 code units; more characters do
     * not help.
     */
    private static final int MAX_FORM_CHARS = 24;

    private CausalFeatures() {}

    /**
     * Returns the features that decide whether a piece that follows a word without whitespace
     * continues it or begins a new one.
     *
     * @param context ends with the word so far
     * @param chunk the piece
     */
    public static String[] boundary(LeftContext context, String chunk) {
        String word = clip(context.word());
        String next = clip(chunk);
        String lower = lower(word);
        String last = lastCharacters(word, 1);
        String first = next.substring(0, Math.min(1, next.length()));
        String classes = shape(last) + shape(first);
        return new String[] {
            "w=" + word,
            "lw=" + lower,
            "c=" + next,
            "wc=" + lower + "|" + lower(next),
            "l=" + last,
            "f=" + first,
            "lf=" + last + first,
            "l2=" + lastCharacters(word, 2),
            "l3=" + lastCharacters(word, 3),
            "l3f=" + lastCharacters(word, 3) + first,
            "k=" + classes,
            "kc=" + classes + "|" + next,
            "sw=" + shape(word),
            "sc=" + shape(next),
            "swc=" + shape(word) + "|" + shape(next),
            "w1=" + lower(clip(context.word1())) + "|" + context.gap().code(),
            "g=" + context.gap().code() + classes,
            "n=" + Math.min(context.chunks(), 4)
        };
    }

    /** Returns the features for the part of speech of the word so far. */
    public static String[] pos(LeftContext context) {
        String word = clip(context.word());
        String lower = lower(word);
        String word1 = lower(clip(context.word1()));
        String shape = shape(word);
        String chunks = context.chunks() > 1 ? "+" : "";
        FeatureList out = new FeatureList(32);
        out.add("w=" + word);
        out.add("lw=" + lower);
        out.add("lw=" + lower + chunks + "|p=" + context.pos1());
        for (int n = 1; n <= MAX_AFFIX && n <= lower.length(); n++) {
            out.add("s" + n + "=" + lastCharacters(lower, n));
            out.add("b" + n + "=" + lower.substring(0, n));
        }
        out.add("s2p=" + lastCharacters(lower, 2) + "|" + context.pos1());
        out.add("s3k=" + lastCharacters(lower, 3) + "|" + shape);
        out.add("k=" + shape + chunks);
        out.add("kg=" + shape + context.gap().code());
        out.add("g=" + context.gap().code());
        out.add("p=" + context.pos1());
        out.add("pp=" + context.pos1() + "|" + context.pos2());
        out.add("ppk=" + context.pos1() + "|" + context.pos2() + "|" + shape);
        out.add("w1=" + word1);
        out.add("w1w=" + word1 + "|" + lower);
        out.add("w2=" + lower(clip(context.word2())));
        out.add("w1p2=" + word1 + "|" + context.pos2());
        out.add("w2w1=" + lower(clip(context.word2())) + "|" + word1);
        out.add("w1s=" + word1 + "|" + lastCharacters(lower, 2));
        out.add("e1=" + lastCharacters(word1, 3) + "|" + lastCharacters(lower, 2));
        return out.toArray();
    }

    /** Returns the features for the entity tag of the word so far. */
    public static String[] entity(LeftContext context) {
        String word = clip(context.word());
        String lower = lower(word);
        String word1 = clip(context.word1());
        String word2 = clip(context.word2());
        String shape = shape(word);
        String shape1 = shape(word1);
        String entity1 = context.entity1();
        FeatureList out = new FeatureList(24);
        out.add("w=" + word);
        out.add("we=" + word + "|" + entity1);
        out.add("lw=" + lower + (context.chunks() > 1 ? "+" : ""));
        out.add("s3=" + lastCharacters(lower, 3));
        out.add("b3=" + lower.substring(0, Math.min(3, lower.length())));
        out.add("b4=" + lower.substring(0, Math.min(4, lower.length())));
        out.add("k=" + shape);
        out.add("ke=" + shape + "|" + entity1);
        out.add("kk=" + shape1 + "|" + shape);
        out.add("kw=" + word1 + "|" + shape);
        out.add("e=" + entity1);
        out.add("ee=" + entity1 + "|" + context.entity2());
        out.add("w1=" + word1);
        out.add("w1e=" + word1 + "|" + entity1);
        out.add("w2=" + word2);
        out.add("w1w=" + word1 + "|" + word);
        out.add("w2w1=" + word2 + "|" + word1 + "|" + shape);
        out.add("w2e=" + word2 + "|" + entity1 + "|" + shape);
        out.add("d=" + context.earlierEntity(word));
        out.add("g=" + (context.gap() == LeftContext.Gap.SENTENCE) + shape);
        return out.toArray();
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

    private static String clip(String word) {
        return word.length() <= MAX_FORM_CHARS
                ? word
                : word.substring(word.length() - MAX_FORM_CHARS);
    }

    private static String lower(String word) {
        return word.toLowerCase(Locale.ROOT);
    }

    private static String lastCharacters(String word, int count) {
        return word.substring(Math.max(0, word.length() - count));
    }

    /** A list with a fixed capacity. */
    private static final class FeatureList {
        private final String[] features;
        private int size;

        FeatureList(int capacity) {
            features = new String[capacity];
        }

        void add(String feature) {
            features[size++] = feature;
        }

        String[] toArray() {
            return java.util.Arrays.copyOf(features, size);
        }
    }
}
