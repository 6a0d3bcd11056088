package org.limelm.annotate.models;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.limelm.annotate.annotator.AnnotatorOptions;
import org.limelm.annotate.annotator.PosTagset;

/** The files of a model folder. */
public enum ModelFile {
    /** Clusters of similar words, of which the classifiers make features. */
    WORD_CLUSTERS,
    /** Sentence boundaries. */
    SENTENCES,
    /** Boundaries of linguistic tokens, from the whole sentence. */
    TOKENS,
    /** Penn parts of speech, from the whole sentence. */
    POS_XPOS,
    /** Universal parts of speech, from the whole sentence. */
    POS_UPOS,
    /** Entities, from the whole sentence. */
    ENTITIES,
    /** Boundaries of linguistic tokens, from the left context. */
    CAUSAL_BOUNDARIES,
    /** Penn parts of speech, from the left context. */
    CAUSAL_XPOS,
    /** Universal parts of speech, from the left context. */
    CAUSAL_UPOS,
    /** Entities, from the left context. */
    CAUSAL_ENTITIES;

    /** Returns the models of mode {@code full} that annotators with these options use. */
    static Set<ModelFile> full(AnnotatorOptions options) {
        Set<ModelFile> files = EnumSet.of(SENTENCES, TOKENS);
        options.pos().ifPresent(tagset -> files.add(pos(tagset)));
        options.ner().ifPresent(tags -> files.add(ENTITIES));
        return files;
    }

    /** Returns the models of mode {@code causal} that annotators with these options use. */
    static Set<ModelFile> causal(AnnotatorOptions options) {
        Set<ModelFile> files = EnumSet.of(WORD_CLUSTERS, CAUSAL_BOUNDARIES);
        options.pos().ifPresent(tagset -> files.add(causalPos(tagset)));
        options.ner().ifPresent(tags -> files.add(CAUSAL_ENTITIES));
        return files;
    }

    static ModelFile pos(PosTagset tagset) {
        return tagset == PosTagset.XPOS ? POS_XPOS : POS_UPOS;
    }

    static ModelFile causalPos(PosTagset tagset) {
        return tagset == PosTagset.XPOS ? CAUSAL_XPOS : CAUSAL_UPOS;
    }

    /** Returns the name of the file: {@code pos-xpos.bin} … */
    public String fileName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-') + ".bin";
    }

    /** Returns whether it is trained on entity files rather than treebanks. */
    public boolean isOfEntities() {
        return this == ENTITIES || this == CAUSAL_ENTITIES;
    }

    /** Returns whether it is trained on treebanks. */
    public boolean isOfTreebanks() {
        return !isOfEntities() && this != WORD_CLUSTERS;
    }

    /** Returns whether it is trained with given word clusters. */
    public boolean usesClusters() {
        return this != WORD_CLUSTERS && this != TOKENS && this != CAUSAL_BOUNDARIES;
    }
}
