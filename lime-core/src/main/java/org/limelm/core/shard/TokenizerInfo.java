package org.limelm.core.shard;

/**
 * The tokenizer that produced a corpus's subword pieces.
 *
 * @param sha256 hash of its {@code tokenizer.json}
 * @param vocabularySize number of its ids
 * @param endOfTextId the id that ends every document
 */
public record TokenizerInfo(String sha256, int vocabularySize, int endOfTextId) {
    /**
     * Checks that the end of text is in the vocabulary.
     *
     * @throws IllegalArgumentException if it is not
     */
    public TokenizerInfo {
        if (endOfTextId < 0 || endOfTextId >= vocabularySize) {
            throw new IllegalArgumentException(
                    "End of text %d is outside a vocabulary of %d"
                            .formatted(endOfTextId, vocabularySize));
        }
    }
}
