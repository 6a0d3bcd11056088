package org.limelm.annotate.internal.classifier;

/**
 * A part of a feature: a range of a string with a hash that composes. The hash of a concatenation
 * follows from the hashes of its parts, without looking at their characters again.
 *
 * @param text the string
 * @param start index of the first UTF-16 code unit of the range
 * @param length UTF-16 code units of the range
 * @param hash sum of {@code c_i · BASE^(length-1-i)} over its code units, modulo 2^64
 * @param power {@code BASE^length}, modulo 2^64
 */
public record Form(String text, int start, int length, long hash, long power) {
    /** Odd, so that powers never vanish. */
    private static final long BASE = 0x9E37_79B9_7F4A_7C15L;

    /** Returns a whole string as a form. */
    public static Form of(String text) {
        return of(text, 0, text.length());
    }

    private static Form of(String text, int start, int end) {
        long hash = 0;
        long power = 1;
        for (int i = start; i < end; i++) {
            hash = hash * BASE + text.charAt(i);
            power *= BASE;
        }
        return new Form(text, start, end - start, hash, power);
    }

    /** Returns the code units from an index to another of this form. */
    public Form part(int from, int to) {
        return of(text, start + from, start + to);
    }

    /** Returns the first code units of this form, or all if it has fewer. */
    public Form first(int count) {
        return of(text, start, start + Math.min(count, length));
    }

    /** Returns the last code units of this form, or all if it has fewer. */
    public Form last(int count) {
        return of(text, start + length - Math.min(count, length), start + length);
    }

    @Override
    public String toString() {
        return text.substring(start, start + length);
    }
}
