package org.limelm.annotate.feature;

import java.util.Optional;
import java.util.function.ToIntFunction;
import org.limelm.core.metadata.Feature;

/** A feature that depends on the characters of a word alone. */
record WordFeature(Feature feature, String fingerprint, ToIntFunction<String> tagOfWord)
        implements MetadataFeature {
    @Override
    public Optional<WholeTextTagger> newWholeTextTagger() {
        return Optional.of(text -> text.tagWords(word -> tagOfWord.applyAsInt(text.word(word))));
    }

    @Override
    public Optional<IncrementalTagger> newIncrementalTagger() {
        return Optional.of(IncrementalTagger.ofWord(word -> tagOfWord.applyAsInt(word.text())));
    }
}
