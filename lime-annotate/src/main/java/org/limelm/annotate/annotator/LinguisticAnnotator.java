package org.limelm.annotate.annotator;

import java.util.List;
import java.util.regex.Pattern;
import org.limelm.core.text.LinguisticToken;

/**
 * Splits a text into linguistic tokens and tags them and their pieces, with whole sentences as
 * context.
 *
 * <p>An instance is for use by one thread. It is stateless: the same text gives the same tokens.
 */
public interface LinguisticAnnotator {
    /** What separates paragraphs, across which no sentence extends: an empty line, or several. */
    Pattern PARAGRAPH_BREAK = Pattern.compile("\\n[\\s&&[^\\n]]*\\n\\s*");

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

    /**
     * Returns the sentences of a text, in order, without whitespace at their ends. By default the
     * text is one sentence.
     */
    default List<TextSpan> sentences(String text) {
        return text.isBlank() ? List.of() : List.of(new TextSpan(0, text.length()));
    }

    /**
     * Tags the pieces of a text. By default each piece has the tags of its word.
     *
     * @param text the text with the tokens that this annotator returned for it, or for its last
     *     sentence
     * @param columns tags to fill in, one column per feature of the schema, each with at least as
     *     many entries as there are pieces; all NONE
     * @throws IllegalArgumentException if a token has more or fewer tags than there are columns
     */
    default void tagPieces(AnnotatedText text, List<int[]> columns) {
        for (int i = 0; i < text.pieces(); i++) {
            int word = text.wordOfPiece(i);
            if (word == AnnotatedText.NO_WORD) {
                continue;
            }
            int[] tagIds = text.words().get(word).tagIds();
            if (tagIds.length != columns.size()) {
                throw new IllegalArgumentException(
                        tagIds.length + " tags of a token, expected " + columns.size());
            }
            for (int f = 0; f < tagIds.length; f++) {
                columns.get(f)[i] = tagIds[f];
            }
        }
    }
}
