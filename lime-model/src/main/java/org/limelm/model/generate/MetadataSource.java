package org.limelm.model.generate;

/**
 * Supplies the tags of a text during generation. A source serves a single text: it receives every
 * token in order, including the prompt, and returns the tags of the model's input at that position.
 *
 * <p>A source may compute the tags with an annotator, take them from a plan given by the caller,
 * or, for a LIME+1 model, return the tags of the next token.
 */
@FunctionalInterface
public interface MetadataSource {
    /**
     * Returns the tags of the next input position.
     *
     * @param token the id at that position
     * @return one tag id per metadata table of the model, in the tables' order
     */
    int[] tagsFor(int token);

    /** Returns a source for models without tables. */
    static MetadataSource none() {
        return token -> new int[0];
    }

    /**
     * Returns a source that returns the tag {@code NONE} everywhere.
     *
     * @param tables number of metadata tables
     */
    static MetadataSource untagged(int tables) {
        return token -> new int[tables];
    }
}
