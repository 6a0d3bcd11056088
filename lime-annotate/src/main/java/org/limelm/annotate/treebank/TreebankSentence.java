package org.limelm.annotate.treebank;

import java.util.List;

/**
 * A sentence of a treebank.
 *
 * @param startsDocument whether a document begins here
 * @param startsParagraph whether a paragraph begins here
 * @param tokens its words, at least one
 */
public record TreebankSentence(
        boolean startsDocument, boolean startsParagraph, List<TreebankToken> tokens) {
    public TreebankSentence {
        tokens = List.copyOf(tokens);
    }

    /**
     * Returns the sentence as text, with one space after each word that is followed by whitespace.
     */
    public String text() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < tokens.size(); i++) {
            text.append(tokens.get(i).form());
            if (tokens.get(i).spaceAfter() && i + 1 < tokens.size()) {
                text.append(' ');
            }
        }
        return text.toString();
    }

    /** Returns the forms of the words. */
    public String[] forms() {
        return tokens.stream().map(TreebankToken::form).toArray(String[]::new);
    }
}
