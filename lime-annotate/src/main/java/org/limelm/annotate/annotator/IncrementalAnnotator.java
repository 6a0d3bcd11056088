package org.limelm.annotate.annotator;

/**
 * Tags a growing text piece by piece; what has been said is never revised.
 *
 * <p>The tags returned for a piece are a function of the pieces pushed since {@link #reset}, that
 * one included, and of nothing else. An instance belongs to one thread and uses a bounded amount of
 * memory however long the text grows.
 */
public interface IncrementalAnnotator {
    /** Forgets everything: the next piece begins a document. */
    void reset();

    /**
     * Appends a piece and returns its tags.
     *
     * <p>A piece of several words has the tags of its last one. A piece of whitespace, and an empty
     * one (end of text), is tagged NONE; the empty one changes nothing.
     *
     * @param piece UTF-8 bytes; may begin or end inside a character
     * @return one tag id per feature of the schema, a new array
     */
    int[] push(byte[] piece);

    /**
     * Appends a piece whose tags are not needed: leaves the same state as {@link #push}, and may be
     * much faster.
     *
     * @param piece UTF-8 bytes; may begin or end inside a character
     */
    default void skip(byte[] piece) {
        push(piece);
    }

    /** Returns an independent copy of the current state. */
    IncrementalAnnotator fork();
}
