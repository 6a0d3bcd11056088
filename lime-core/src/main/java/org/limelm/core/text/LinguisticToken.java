package org.limelm.core.text;

/**
 * A word, number, or punctuation mark of a text, as split by the linguistic tokenizer, with one tag
 * per feature of a schema.
 *
 * @param start index of its first UTF-16 code unit in the text
 * @param end index after its last UTF-16 code unit
 * @param tagIds one tag id per feature, in schema order
 */
@SuppressWarnings("ArrayRecordComponent") // identity is not used; a list would box every tag
public record LinguisticToken(int start, int end, int[] tagIds) {
    /**
     * Checks the span.
     *
     * @throws IllegalArgumentException if the span is empty or negative
     */
    public LinguisticToken {
        if (start < 0 || end <= start) {
            throw new IllegalArgumentException("Empty or negative span " + start + ".." + end);
        }
    }
}
