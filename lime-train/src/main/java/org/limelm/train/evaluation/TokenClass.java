package org.limelm.train.evaluation;

/**
 * A class of tokens. The classes of one division are disjoint and cover all tokens.
 *
 * @param division what the tokens are divided by: {@link #KIND}, {@link #PIECE}, {@link
 *     #PIECE_OF_WORD}, {@link #ENTITY}, or the name of a feature whose tags divide them
 * @param name name of the class within its division
 */
public record TokenClass(String division, String name) implements Comparable<TokenClass> {
    /** Division by the kind of text: word-initial, word suffix, digits, punctuation … */
    public static final String KIND = "kind";

    /** Division of word pieces by their position in the word. */
    public static final String PIECE = "piece";

    /** Division of word pieces by position and number of pieces of the word. */
    public static final String PIECE_OF_WORD = "piece of word";

    /** Division by position in an entity. */
    public static final String ENTITY = "entity";

    @Override
    public int compareTo(TokenClass other) {
        int byDivision = division.compareTo(other.division);
        return byDivision != 0 ? byDivision : name.compareTo(other.name);
    }
}
