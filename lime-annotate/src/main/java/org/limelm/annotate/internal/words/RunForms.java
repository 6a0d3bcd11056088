package org.limelm.annotate.internal.words;

import org.limelm.annotate.internal.classifier.Form;

/**
 * The parts of a run without whitespace that sentence boundaries depend on: {@code "Yes!)} has the
 * head {@code "}, the core {@code Yes} and the tail {@code !)}. A run of marks has no core and is
 * both head and tail.
 *
 * @param text the run
 * @param run the run
 * @param head up to 4 characters before the first letter or digit
 * @param core from the first to the last letter or digit
 * @param tail up to 4 characters after the last letter or digit
 * @param shape beginning of the core's shape
 * @param length length of the core in UTF-16 code units
 */
record RunForms(
        String text, Form run, Form head, WordForms core, Form tail, Form shape, Form length) {
    private static final int MAX_MARKS = 4;
    private static final int MAX_SHAPE = 4;

    static RunForms of(String run, WordFormCache words) {
        int start = 0;
        int end = run.length();
        while (start < end && !Character.isLetterOrDigit(run.codePointAt(start))) {
            start += Character.charCount(run.codePointAt(start));
        }
        while (end > start && !Character.isLetterOrDigit(run.codePointBefore(end))) {
            end -= Character.charCount(run.codePointBefore(end));
        }
        WordForms core = words.get(run.substring(start, end));
        int tail = start == end ? 0 : end; // only marks are both head and tail
        return new RunForms(
                run,
                Form.of(run),
                Form.of(run.substring(0, Math.min(start, MAX_MARKS))),
                core,
                Form.of(run.substring(tail, Math.min(run.length(), tail + MAX_MARKS))),
                core.shape().first(MAX_SHAPE),
                Form.of(Integer.toString(end - start)));
    }

    /** Returns whether the core begins with a capital. */
    boolean isCapitalized() {
        return core.shape().length() > 0 && core.shape().toString().charAt(0) == 'A';
    }
}
