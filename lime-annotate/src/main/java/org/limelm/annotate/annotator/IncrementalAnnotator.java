package org.limelm.annotate.annotator;

/**
 * Tags a growing text piece by piece; tags are never revised.
 *
 * <p>The tags returned for a piece depend only on the pieces pushed since {@link #reset}, including
 * that piece. An instance is for use by one thread and uses a bounded amount of memory, however
 * long the text grows.
 */
public interface IncrementalAnnotator {
    /** Clears all state: the next piece begins a document. */
    void reset();

    /**
     * Appends a piece and returns its tags.
     *
     * <p>A piece of several words has the tags of the last one. A whitespace piece and an empty
     * piece (end of text) are tagged NONE; an empty piece does not change the state.
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
