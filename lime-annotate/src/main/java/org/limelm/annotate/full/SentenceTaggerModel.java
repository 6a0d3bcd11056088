package org.limelm.annotate.full;

import java.util.Set;

/** A model of a {@link SentenceTagger}; immutable, shared by all threads. */
public interface SentenceTaggerModel {
    /** Returns the tags that it knows: parts of speech, or the types of entities. */
    Set<String> tags();

    /** Returns a new tagger, for one thread. */
    SentenceTagger newTagger();
}
