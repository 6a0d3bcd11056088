package org.limelm.train.inspect;

import java.util.List;

/**
 * A document of a shard, as text.
 *
 * @param number its number in the folder, from 0
 * @param id its id in the corpus
 * @param origin where it was read: {@code file:line}, {@code file:row} or {@code file#part}
 * @param text its text
 * @param pieces its subword pieces, without the end of text
 */
public record DecodedDocument(
        long number, String id, String origin, String text, List<Piece> pieces) {
    /**
     * A subword piece. Positions are in Unicode characters; a piece that is part of a character
     * spans the character.
     *
     * @param text its text
     * @param start position of its first character
     * @param end position after its last character
     * @param tags its tags, one per feature
     */
    public record Piece(String text, int start, int end, List<String> tags) {}
}
