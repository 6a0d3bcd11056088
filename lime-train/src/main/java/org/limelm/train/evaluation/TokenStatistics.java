package org.limelm.train.evaluation;

import java.util.ArrayList;
import java.util.List;

/**
 * What an evaluation found, divided by passage, by class of token and by token: the raw material of
 * intervals and of the comparison's tables. Every division covers all predicted tokens.
 *
 * @param classTags annotation mode of the tags that define the classes of entities and parts of
 *     speech; the same for all evaluations of one text, whatever tags the model reads
 * @param passages sums over passages, in the order of the text; the end of text belongs to the
 *     passage before it, also where a document ends with a passage
 * @param classes sums over classes of tokens, by division and name
 * @param vocabulary sums over occurrences of each token that occurs, by id
 */
public record TokenStatistics(
        String classTags,
        List<PassageSums> passages,
        List<ClassSums> classes,
        List<TokenSums> vocabulary) {
    /** Copies the lists, and adds passages without bytes to those before them. */
    public TokenStatistics {
        passages = withBytes(passages);
        classes = List.copyOf(classes);
        vocabulary = List.copyOf(vocabulary);
    }

    /**
     * Returns passages of which those without bytes were added to the one before: a bootstrap may
     * draw a passage alone, and bits per byte need bytes.
     */
    private static List<PassageSums> withBytes(List<PassageSums> passages) {
        List<PassageSums> joined = new ArrayList<>();
        for (PassageSums passage : passages) {
            int last = joined.size() - 1;
            boolean continues =
                    passage.sums().bytes() == 0
                            && last >= 0
                            && joined.get(last).document().equals(passage.document());
            if (continues) {
                joined.set(last, joined.get(last).plus(passage.sums()));
            } else {
                joined.add(passage);
            }
        }
        return List.copyOf(joined);
    }

    /**
     * Sums over a passage: a document, or one of the parts of {@link StatisticsCollector#PASSAGE}
     * bytes into which longer documents are cut.
     *
     * @param document {@code SOURCE:ORDINAL} of the document, with the source's index
     * @param part index of the part in the document
     */
    public record PassageSums(String document, int part, Sums sums) {
        private PassageSums plus(Sums more) {
            return new PassageSums(document, part, sums.plus(more));
        }
    }

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
