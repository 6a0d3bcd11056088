package org.limelm.annotate.annotator;

import java.util.List;
import org.limelm.core.text.LinguisticToken;

/**
 * Cuts a text into linguistic tokens and tags them, looking at whole sentences.
 *
 * <p>An instance belongs to one thread. It has no memory: the same text gives the same tokens.
 */
public interface LinguisticAnnotator {
    /**
     * Returns the tokens of a text: in order, disjoint, without whitespace inside, and together
     * covering every character that is not whitespace. Takes time linear in the text's length.
     *
     * @param text one document; may be empty
     */
    List<LinguisticToken> annotate(String text);

    /**
     * Splits a text without tagging it, which is faster.
     *
     * @return the tokens that {@link #annotate} gives; their tags say nothing
     */
    default List<LinguisticToken> split(String text) {
        return annotate(text);
    }

    /**
     * Annotates the last sentence of a text: what the words of a growing text need, without the
     * cost of those before.
     *
     * @return its tokens; empty if the text is empty or white space
     */
    default List<LinguisticToken> annotateLastSentence(String text) {
        return annotate(text);
    }
}
