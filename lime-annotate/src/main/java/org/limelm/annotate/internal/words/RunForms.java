package org.limelm.annotate.internal.words;

import org.limelm.annotate.internal.classifier.Form;

/**
 * The parts of a run without whitespace that sentence boundaries depend on: {@code "Yes!)} has the
 * head {@code "}, the core {@code Yes} and the tail {@code !)}.
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
        while (start < end && !Character.isLetterOrDigit(run.charAt(start))) {
            start++;
        }
        while (end > start && !Character.isLetterOrDigit(run.charAt(end - 1))) {
            end--;
        }
        int from = Math.max(start, end - WordForms.MAX_CHARS);
        WordForms core = words.get(run.substring(from, end));
        return new RunForms(
                run,
                Form.of(run),
                Form.of(run.substring(0, Math.min(start, MAX_MARKS))),
                core,
                Form.of(run.substring(end, Math.min(run.length(), end + MAX_MARKS))),
                core.shape().first(MAX_SHAPE),
                Form.of(Integer.toString(end - start)));
    }

    /** Returns whether the core begins with a capital. */
    boolean isCapitalized() {
        return core.shape().length() > 0 && core.shape().toString().charAt(0) == 'A';
    }
}
