package org.limelm.annotate.align;

/** Finds where a long text can be split before it is passed to a subword tokenizer. */
final class TextCuts {
    private TextCuts() {}

    /**
     * Returns the end of the chunk that begins at {@code from}: the last position within the limit
     * where a single space separates a word from a letter. Subword tokenizers begin a new pre-token
     * there regardless of what precedes, so splitting changes nothing. Text without such a position
     * is split before whitespace, or else between any two characters.
     *
     * @param maxChars maximum length in UTF-16 code units, at least 2
     */
    static int chunkEnd(String text, int from, int maxChars) {
        if (text.length() - from <= maxChars) {
            return text.length();
        }
        int limit = from + maxChars;
        int beforeWhitespace = from;
        for (int at = limit; at > from; at--) {
            char before = text.charAt(at - 1);
            if (Character.isWhitespace(text.charAt(at)) && !Character.isWhitespace(before)) {
                if (text.charAt(at) == ' '
                        && at + 1 < text.length()
                        && Character.isLetter(text.codePointAt(at + 1))) {
                    return at;
                }
                beforeWhitespace = Math.max(beforeWhitespace, at);
            }
        }
        return beforeWhitespace > from ? beforeWhitespace : characterEnd(text, limit);
    }

    /** Returns the position, or the previous one if the position splits a surrogate pair. */
    static int characterEnd(String text, int at) {
        boolean inside =
                at > 0
                        && at < text.length()
                        && Character.isHighSurrogate(text.charAt(at - 1))
                        && Character.isLowSurrogate(text.charAt(at));
        return inside ? at - 1 : at;
    }
}
