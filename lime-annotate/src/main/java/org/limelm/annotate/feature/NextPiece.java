package org.limelm.annotate.feature;

import java.util.List;
import java.util.Optional;
import org.limelm.annotate.annotator.WordSoFar;

/**
 * A piece that is appended to a growing text.
 *
 * @param bytes its UTF-8 bytes, at least one; may begin or end inside a character
 * @param words the words that it begins or continues, in order, as decided from the text so far;
 *     empty if it is whitespace, and almost always a single one otherwise
 */
@SuppressWarnings("ArrayRecordComponent") // read by taggers, never compared
public record NextPiece(byte[] bytes, List<WordSoFar> words) {
    /** Returns the last word, whose tag the piece has. */
    public Optional<WordSoFar> lastWord() {
        return words.isEmpty() ? Optional.empty() : Optional.of(words.get(words.size() - 1));
    }
}
