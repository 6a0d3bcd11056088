package org.limelm.annotate.internal.words;

import org.limelm.annotate.internal.cache.WordCache;

/** The parts of the most recent words, very long ones excepted. For use by one thread. */
public final class WordFormCache {
    private static final int CACHED_WORDS = 1 << 13;

    /** Longer than the longest word that an annotator asks for. */
    private static final int MAX_CACHED_CHARS = 256;

    private final WordClusters clusters;
    private final WordCache<WordForms> words = new WordCache<>(CACHED_WORDS);

    /** Creates an empty cache. */
    public WordFormCache(WordClusters clusters) {
        this.clusters = clusters;
    }

    /** Returns the parts of a word. */
    public WordForms get(String word) {
        WordForms forms = words.get(word);
        if (forms == null) {
            forms = WordForms.of(word, clusters);
            if (word.length() <= MAX_CACHED_CHARS) {
                words.put(word, forms);
            }
        }
        return forms;
    }
}
