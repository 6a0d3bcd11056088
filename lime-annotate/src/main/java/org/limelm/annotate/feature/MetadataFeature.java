package org.limelm.annotate.feature;

import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;
import org.limelm.core.metadata.Feature;

/**
 * A metadata feature with its options: its tags, and the taggers that assign them. Which taggers
 * there are decides in which annotation modes the feature exists: {@code full} and {@code prefix}
 * need a whole-text tagger, {@code causal} needs an incremental one. Immutable and thread-safe.
 */
public interface MetadataFeature {
    /** Returns the name and the tags; tag 0 is NONE. */
    Feature feature();

    /**
     * Returns an identifier of everything that the tags depend on: the options, the hash of a word
     * list, the version of the code. Features with equal fingerprints must give equal tags: models
     * are evaluated and generate only with the feature of their training data.
     */
    String fingerprint();

    /**
     * Returns the fields of a document's record that the tags come from; by default none. A growing
     * text has no record, so a feature with fields exists in mode {@code full} only.
     */
    default List<String> fields() {
        return List.of();
    }

    /** Returns a new tagger of whole texts, for one thread; empty if there is none. */
    default Optional<WholeTextTagger> newWholeTextTagger() {
        return Optional.empty();
    }

    /** Returns a new tagger of growing texts, for one thread; empty if there is none. */
    default Optional<IncrementalTagger> newIncrementalTagger() {
        return Optional.empty();
    }

    /**
     * Returns a feature that depends on the characters of a word alone. It exists in all modes: in
     * {@code full} from the whole word, otherwise from the word so far.
     *
     * @param tagOfWord tag id by word, which has at least one character
     */
    static MetadataFeature ofWords(
            Feature feature, String fingerprint, ToIntFunction<String> tagOfWord) {
        return new WordFeature(feature, fingerprint, tagOfWord);
    }
}
