package org.limelm.core.text;

/**
 * A labelled part of a text, such as an entity or a word with its tag.
 *
 * @param start index of its first character, in UTF-16 code units
 * @param end index after its last character, above {@code start}
 * @param label its label; never blank
 */
public record LabelledSpan(int start, int end, String label) {
    /**
     * Checks the indices.
     *
     * @throws IllegalArgumentException if the span is empty or begins before the text, or the label
     *     is blank
     */
    public LabelledSpan {
        if (start < 0 || end <= start || label.isBlank()) {
            throw new IllegalArgumentException(
                    "[span " + start + ".." + end + "] '" + label + "' is empty or has no label");
        }
    }
}
