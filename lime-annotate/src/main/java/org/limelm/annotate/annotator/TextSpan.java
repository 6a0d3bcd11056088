package org.limelm.annotate.annotator;

/**
 * A part of a text.
 *
 * @param start index of the first UTF-16 code unit
 * @param end index after the last UTF-16 code unit
 */
public record TextSpan(int start, int end) {}
