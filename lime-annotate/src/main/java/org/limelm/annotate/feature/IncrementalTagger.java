package org.limelm.annotate.feature;

import java.util.function.ToIntFunction;
import org.limelm.annotate.annotator.WordSoFar;

/**
 * Tags a growing text piece by piece with one feature; tags are never revised. The tag of a piece
 * depends only on the pieces pushed since {@link #reset}, including that piece. An instance is for
 * use by one thread and uses a bounded amount of memory, however long the text grows.
 */
public interface IncrementalTagger {
    /** Clears all state: the next piece begins a document. */
    void reset();

    /**
     * Reads the next piece and returns its tag id.
     *
     * @param piece the piece; never the empty piece of the end of text, which is tagged NONE
     */
    int push(NextPiece piece);

    /** Returns an independent copy of the current state. */
    IncrementalTagger fork();

    /**
     * Returns a tagger without state: a piece has the tag of the last word that it begins or
     * continues; without one, NONE.
     */
    static IncrementalTagger ofWord(ToIntFunction<WordSoFar> tagOfWord) {
        return new IncrementalTagger() {
            @Override
            public void reset() {}

            @Override
            public int push(NextPiece piece) {
                return piece.lastWord().map(tagOfWord::applyAsInt).orElse(0); // NONE is 0
            }

            @Override
            public IncrementalTagger fork() {
                return this;
            }
        };
    }
}
