package org.limelm.annotate.align;

/** Where a long text can be cut before it is given to a subword tokenizer. */
final class TextCuts {
    private TextCuts() {}

    /**
     * Returns the end of the chunk that begins at {@code from}: the last place within the limit
     * where one space stands between a word and a letter. Subword tokenizers begin a new pre-token
     * there whatever comes before, so cutting changes nothing. Text without such a place is cut
     * before whitespace, or else between any two characters.
     *
     * @param maxChars UTF-16 units, at least 2
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

    /** Returns the place itself, or the one before it if it splits a character. */
    static int characterEnd(String text, int at) {
        boolean inside =
                at > 0
                        && at < text.length()
                        && Character.isHighSurrogate(text.charAt(at - 1))
                        && Character.isLowSurrogate(text.charAt(at));
        return inside ? at - 1 : at;
    }
}
