package org.limelm.annotate.annotator;

/**
 * A part of a text.
 *
 * @param start first UTF-16 unit
 * @param end one past the last UTF-16 unit
 */
public record TextSpan(int start, int end) {}
