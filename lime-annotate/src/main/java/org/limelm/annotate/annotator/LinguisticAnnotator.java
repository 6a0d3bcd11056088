package org.limelm.annotate.annotator;

import java.util.List;
import org.limelm.core.text.LinguisticToken;

/**
 * Splits a text into linguistic tokens and tags them, with whole sentences as context.
 *
 * <p>An instance is for use by one thread. It is stateless: the same text gives the same tokens.
 */
public interface LinguisticAnnotator {
    /**
     * Returns the tokens of a text: in order, disjoint, without whitespace inside, and together
     * covering every character that is not whitespace. Runs in time linear in the text's length.
     *
     * @param text one document; may be empty
     */
    List<LinguisticToken> annotate(String text);

    /**
     * Splits a text without tagging it, which is faster.
     *
     * @return the tokens that {@link #annotate} returns, with meaningless tags
     */
    default List<LinguisticToken> split(String text) {
        return annotate(text);
    }

    /**
     * Annotates only the last sentence of a text, which is sufficient for the last word of a
     * growing text.
     *
     * @return its tokens; empty if the text is empty or whitespace
     */
    default List<LinguisticToken> annotateLastSentence(String text) {
        return annotate(text);
    }
}
