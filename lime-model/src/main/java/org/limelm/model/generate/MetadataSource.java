package org.limelm.model.generate;

/**
 * Supplies the tags of a text while it is read and written. A source follows one text: it is told
 * every token in order, those of the prompt too, and answers with the tags that the model's input
 * at that token's position gets.
 *
 * <p>What the tags are computed from is the source's affair: an annotator that reads along, a plan
 * of the caller, or, for a LIME+1 model, the tags of the token to come.
 */
@FunctionalInterface
public interface MetadataSource {
    /**
     * Returns the tags of the next input position.
     *
     * @param token the id that stands there
     * @return one tag id per metadata table of the model, in the tables' order
     */
    int[] tagsFor(int token);

    /** Returns the source for models without tables. */
    static MetadataSource none() {
        return token -> new int[0];
    }

    /**
     * Returns a source that knows nothing: {@code NONE} everywhere.
     *
     * @param tables number of metadata tables
     */
    static MetadataSource untagged(int tables) {
        return token -> new int[tables];
    }
}
