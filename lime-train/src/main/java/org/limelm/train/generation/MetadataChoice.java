package org.limelm.train.generation;

import java.util.List;
import org.limelm.core.metadata.AnnotationMode;

/** Who supplies the tags of a text that a model writes. */
public sealed interface MetadataChoice {
    /** The annotator the model was trained with, if it can follow a growing text. */
    record Automatic() implements MetadataChoice {}

    /**
     * An annotator that reads along.
     *
     * @param mode causal or prefix
     */
    record Annotated(AnnotationMode mode) implements MetadataChoice {}

    /**
     * The caller: the same tags at every position.
     *
     * @param tags names of tags, one per table of the model, in order
     */
    record Given(List<String> tags) implements MetadataChoice {
        public Given {
            tags = List.copyOf(tags);
        }
    }

    /** Returns the automatic choice. */
    static MetadataChoice automatic() {
        return new Automatic();
    }
}
