package org.limelm.annotate.models;

import java.util.Locale;

/** The files of a model folder. */
public enum ModelFile {
    /** Ends of sentences. */
    SENTENCES,
    /** Boundaries of linguistic tokens, whole sentence in view. */
    TOKENS,
    /** Penn parts of speech, whole sentence in view. */
    POS_XPOS,
    /** Universal parts of speech, whole sentence in view. */
    POS_UPOS,
    /** Entities, whole sentence in view. */
    ENTITIES,
    /** Boundaries of linguistic tokens, from the left. */
    CAUSAL_BOUNDARIES,
    /** Penn parts of speech of words so far. */
    CAUSAL_XPOS,
    /** Universal parts of speech of words so far. */
    CAUSAL_UPOS,
    /** Entities of words so far. */
    CAUSAL_ENTITIES;

    /** Returns the name of the file: {@code pos-xpos.bin} … */
    public String fileName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-') + ".bin";
    }

    /** Returns whether it is a classifier of single events rather than an OpenNLP tool's model. */
    public boolean isCausal() {
        return name().startsWith("CAUSAL");
    }
}
