package org.limelm.annotate.annotator;

/**
 * The state of a word of a growing text after a piece that began or continued it.
 *
 * @param text its characters so far, at least one
 * @param begins whether it begins in this piece
 * @param attached whether it follows the word before it without whitespace
 * @param startsSentence whether it is the first word of a sentence, as far as the text so far shows
 */
public record WordSoFar(String text, boolean begins, boolean attached, boolean startsSentence) {}
