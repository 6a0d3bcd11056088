package org.limelm.annotate.full;

import java.util.Optional;
import java.util.Set;

/**
 * The models of the {@code full} annotator; immutable, shared by all threads.
 *
 * @param sentences sentence boundaries
 * @param tokens boundaries inside runs without whitespace
 * @param pos parts of speech, of one tag set, if these are tagged
 * @param entities named entities, if these are tagged
 */
public record FullModels(
        SentenceDetectorModel sentences,
        TokenDetectorModel tokens,
        Optional<SentenceTaggerModel> pos,
        Optional<SentenceTaggerModel> entities) {
    /** Returns the part-of-speech tags that the model knows. */
    public Set<String> posTags() {
        return pos.map(SentenceTaggerModel::tags).orElse(Set.of());
    }

    /** Returns the entity types that the model knows. */
    public Set<String> entityTypes() {
        return entities.map(SentenceTaggerModel::tags).orElse(Set.of());
    }
}
