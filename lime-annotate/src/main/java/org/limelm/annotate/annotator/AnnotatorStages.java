package org.limelm.annotate.annotator;

import java.util.List;

/**
 * The separate stages of the whole-text annotator, each of which can be evaluated on gold input. An
 * instance is for use by one thread.
 */
public interface AnnotatorStages {
    /** Returns the sentences of a document, in order, without whitespace at their ends. */
    List<TextSpan> sentences(String text);

    /** Clears the entities of the previous document. */
    void startDocument();

    /**
     * Tags the words of one sentence; entities depend on the sentences since {@link
     * #startDocument}.
     *
     * @param words tokens, at least one
     * @return {@code [words.length][features]} tag ids
     */
    int[][] tag(String[] words);
}
