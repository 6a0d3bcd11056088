package org.limelm.train.data;

import java.util.stream.IntStream;
import org.limelm.core.random.SplitMix64;

/**
 * A split into training and held-out documents by a hash of the document's position among those of
 * its shards. The split is the same for every seed and for all shards with the same documents,
 * whatever their annotation mode and tokenizer, so that the arms of a comparison are evaluated on
 * the same text.
 *
 * @param training ordinals of the training documents, ascending
 * @param validation ordinals of the held-out documents, ascending
 */
@SuppressWarnings("ArrayRecordComponent") // millions of ordinals; identity is not used
public record DocumentSplit(int[] training, int[] validation) {
    private static final long SALT = 0x4845_4c44_204f_5554L;

    /**
     * Splits documents.
     *
     * @param documents number of documents
     * @param validationFraction expected share of held-out documents; if positive and there are at
     *     least two documents, at least one is held out
     */
    public static DocumentSplit of(int documents, double validationFraction) {
        int[] validation =
                IntStream.range(0, documents)
                        .filter(document -> score(document) < validationFraction)
                        .toArray();
        if (validation.length == 0 && validationFraction > 0 && documents > 1) {
            validation = new int[] {lowestScore(documents)};
        }
        return new DocumentSplit(complement(documents, validation), validation);
    }

    /** Returns the split of documents none of which is trained on. */
    static DocumentSplit allHeldOut(int documents) {
        return new DocumentSplit(new int[0], IntStream.range(0, documents).toArray());
    }

    private static double score(int document) {
        return SplitMix64.unit(SplitMix64.hash(SALT, document));
    }

    private static int lowestScore(int documents) {
        int best = 0;
        for (int document = 1; document < documents; document++) {
            if (score(document) < score(best)) {
                best = document;
            }
        }
        return best;
    }

    private static int[] complement(int documents, int[] sorted) {
        int[] others = new int[documents - sorted.length];
        int next = 0;
        for (int document = 0; document < documents; document++) {
            int skipped = document - next;
            if (skipped < sorted.length && sorted[skipped] == document) {
                continue;
            }
            others[next++] = document;
        }
        return others;
    }
}
