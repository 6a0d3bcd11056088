package org.limelm.annotate.treebank;

import java.util.List;

/**
 * A sentence with entities.
 *
 * @param startsDocument whether a document begins here
 * @param words its words
 * @param tags one of {@code O}, {@code B-TYPE}, {@code I-TYPE} per word
 */
public record EntitySentence(boolean startsDocument, List<String> words, List<String> tags) {
    public EntitySentence {
        words = List.copyOf(words);
        tags = List.copyOf(tags);
    }
}
