package org.limelm.annotate.full;

/** Tags the words of sentences. An instance is for use by one thread. */
public interface SentenceTagger {
    /** Forgets the previous document. */
    void startDocument();

    /**
     * Returns one tag per word: a part of speech, or {@code O}, {@code B-TYPE} or {@code I-TYPE}.
     *
     * @param words at least one
     */
    String[] tag(String[] words);
}
