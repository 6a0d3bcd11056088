package org.limelm.annotate.annotator;

import java.util.HashMap;
import java.util.Map;
import org.limelm.core.metadata.Feature;
import org.limelm.core.metadata.MetadataSchema;

/** The tag ids of what taggers put out. */
public final class TagIds {
    private final Map<String, Integer> pos = new HashMap<>();
    private final Map<String, Integer> entity = new HashMap<>();

    /**
     * Maps outcomes to a schema's features {@code pos} and {@code ner}; the latter with or without
     * BIO prefixes.
     */
    public TagIds(MetadataSchema schema) {
        Feature posTags = schema.feature("pos");
        Feature entityTags = schema.feature("ner");
        for (String tag : posTags.tags()) {
            pos.put(tag, posTags.id(tag));
        }
        for (String tag : entityTags.tags()) {
            int id = entityTags.id(tag);
            if (tag.startsWith("B-") || tag.startsWith("I-")) {
                entity.put(tag, id);
            } else {
                entity.put("B-" + tag, id);
                entity.put("I-" + tag, id);
            }
        }
    }

    /** Returns the id of a part of speech; NONE if the schema lacks it. */
    public int pos(String outcome) {
        return pos.getOrDefault(outcome, Feature.NONE_ID);
    }

    /** Returns the id of {@code O}, {@code B-TYPE} or {@code I-TYPE}. */
    public int entity(String outcome) {
        return entity.getOrDefault(outcome, Feature.NONE_ID);
    }
}
