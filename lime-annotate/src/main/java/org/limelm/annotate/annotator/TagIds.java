package org.limelm.annotate.annotator;

import java.util.HashMap;
import java.util.Map;
import org.limelm.core.LimeException;
import org.limelm.core.metadata.Feature;
import org.limelm.core.metadata.MetadataSchema;

/** Maps the output of taggers to tag ids. An unknown tag is an error; it never becomes NONE. */
public final class TagIds {
    private static final String OUTSIDE = "O";

    private final MetadataSchema schema;
    private final Map<String, Integer> pos = new HashMap<>();
    private final Map<String, Integer> entity = new HashMap<>();

    /**
     * Creates a mapping to the features {@code pos} and {@code ner} of a schema; the latter may
     * have tags with or without BIO prefixes.
     */
    public TagIds(MetadataSchema schema) {
        this.schema = schema;
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

    /**
     * Returns the id of a part of speech.
     *
     * @throws LimeException if the schema lacks it
     */
    public int pos(String outcome) {
        Integer id = pos.get(outcome);
        if (id == null) {
            throw unknown("pos", outcome);
        }
        return id;
    }

    /**
     * Returns the id of {@code O}, {@code B-TYPE} or {@code I-TYPE}.
     *
     * @throws LimeException if the schema lacks the type
     */
    public int entity(String outcome) {
        if (outcome.equals(OUTSIDE)) {
            return Feature.NONE_ID;
        }
        Integer id = entity.get(outcome);
        if (id == null) {
            throw unknown("ner", outcome);
        }
        return id;
    }

    private LimeException unknown(String feature, String outcome) {
        return new LimeException(
                "[annotator] tag '%s' is not in the tag set of feature %s. Known: %s. Hint: are these models from another training run?"
                        .formatted(outcome, feature, schema.feature(feature).tags()));
    }
}
