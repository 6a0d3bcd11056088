package org.limelm.annotate.annotator;

import java.util.List;

/**
 * The stages of the annotator of whole texts, one by one: each can be measured on gold input. An
 * instance belongs to one thread.
 */
public interface AnnotatorStages {
    /** Returns the sentences of a document, in order, without white space at their ends. */
    List<TextSpan> sentences(String text);

    /** Forgets the entities of the document before. */
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
