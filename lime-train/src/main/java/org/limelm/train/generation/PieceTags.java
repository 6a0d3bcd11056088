package org.limelm.train.generation;

import java.util.ArrayList;
import java.util.List;
import org.limelm.annotate.annotator.IncrementalAnnotator;
import org.limelm.core.metadata.Feature;
import org.limelm.core.metadata.MetadataSchema;

/** Names of the tags of a growing text. */
final class PieceTags {
    private final IncrementalAnnotator annotator;
    private final MetadataSchema schema;

    /** Starts a text with an annotator used for nothing else. */
    PieceTags(IncrementalAnnotator annotator, MetadataSchema schema) {
        this.annotator = annotator;
        this.schema = schema;
    }

    /** Appends a piece and returns its tags, one name per feature. */
    List<String> push(byte[] piece) {
        int[] ids = annotator.push(piece);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < ids.length; i++) {
            Feature feature = schema.features().get(i);
            names.add(feature.tags().get(ids[i]));
        }
        return List.copyOf(names);
    }
}
