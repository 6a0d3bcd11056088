package org.limelm.train.evaluation;

import java.util.List;

/**
 * What an evaluation found, divided by passage, by class of token and by token: the raw material of
 * intervals and of the comparison's tables. Every division covers all predicted tokens.
 *
 * @param classTags annotation mode of the tags that define the classes of entities and parts of
 *     speech; the same for all evaluations of one text, whatever tags the model reads
 * @param passages sums over passages, in the order of the text
 * @param classes sums over classes of tokens, by division and name
 * @param vocabulary sums over occurrences of each token that occurs, by id
 */
public record TokenStatistics(
        String classTags,
        List<PassageSums> passages,
        List<ClassSums> classes,
        List<TokenSums> vocabulary) {
    /** Copies the lists. */
    public TokenStatistics {
        passages = List.copyOf(passages);
        classes = List.copyOf(classes);
        vocabulary = List.copyOf(vocabulary);
    }

    /**
     * Sums over a passage: a document, or one of the parts of {@link StatisticsCollector#PASSAGE}
     * bytes into which longer documents are cut.
     *
     * @param document {@code SOURCE:ORDINAL} of the document, with the source's index
     * @param part index of the part in the document
     */
    public record PassageSums(String document, int part, Sums sums) {}

    /** Sums over the tokens of a class. */
    public record ClassSums(TokenClass type, Sums sums) {}

    /**
     * Sums over the occurrences of a token.
     *
     * @param id its id in the vocabulary
     * @param text its bytes as text; invalid UTF-8 is replaced
     */
    public record TokenSums(int id, String text, Sums sums) {}

    /** Returns the sums over all tokens. */
    public Sums total() {
        return passages.stream().map(PassageSums::sums).reduce(Sums.ZERO, Sums::plus);
    }
}
