package org.limelm.annotate.opennlp;

/** Tags the words of a sentence. An instance is for use by one thread. */
interface WordTagger {
    /** Returns one tag per word. */
    String[] tag(String[] words);
}
