package org.limelm.core.corpus;

/** Converts positions in a text from Unicode characters (code points) to UTF-16 code units. */
final class CodePoints {
    private final int length;

    /** The UTF-16 index of every character and of the end; empty if the indices are equal. */
    private final int[] units;

    CodePoints(String text) {
        length = text.codePointCount(0, text.length());
        units = new int[length == text.length() ? 0 : length + 1];
        for (int i = 1; i < units.length; i++) {
            units[i] = text.offsetByCodePoints(units[i - 1], 1);
        }
    }

    /** Returns the number of characters. */
    int length() {
        return length;
    }

    /** Returns the UTF-16 index of a character, 0 to {@link #length}. */
    int unit(int character) {
        return units.length == 0 ? character : units[character];
    }
}
