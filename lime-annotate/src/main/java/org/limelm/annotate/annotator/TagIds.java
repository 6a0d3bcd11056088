package org.limelm.annotate.annotator;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.limelm.core.LimeException;
import org.limelm.core.metadata.Feature;
import org.limelm.core.metadata.MetadataSchema;

/** Maps the output of taggers to tag ids. An unknown tag is an error; it never becomes NONE. */
public final class TagIds {
    private static final String POS = "pos";
    private static final String NER = "ner";
    private static final String OUTSIDE = "O";

    private final MetadataSchema schema;
    private final Map<String, Integer> pos = new HashMap<>();
    private final Map<String, Integer> entity = new HashMap<>();

    /**
     * Creates a mapping to the features of a schema: {@code pos}, {@code ner}, both in this order,
     * or none. The tags of {@code ner} may have BIO prefixes.
     */
    public TagIds(MetadataSchema schema) {
        this.schema = schema;
        tags(POS).forEach(tag -> pos.put(tag, schema.feature(POS).id(tag)));
        for (String tag : tags(NER)) {
            int id = schema.feature(NER).id(tag);
            if (tag.startsWith("B-") || tag.startsWith("I-")) {
                entity.put(tag, id);
            } else {
                entity.put("B-" + tag, id);
                entity.put("I-" + tag, id);
            }
        }
    }

    private List<String> tags(String feature) {
        return schema.names().contains(feature) ? schema.feature(feature).tags() : List.of();
    }

    /** Returns the number of features. */
    public int features() {
        return schema.size();
    }

    /**
     * Returns the tags of a token.
     *
     * @param posOutcome its part of speech; unused without feature {@code pos}
     * @param entityOutcome {@code O}, {@code B-TYPE} or {@code I-TYPE}; unused without feature
     *     {@code ner}
     * @return one tag id per feature, a new array
     * @throws LimeException if the schema lacks a tag
     */
    public int[] of(String posOutcome, String entityOutcome) {
        int[] tags = new int[schema.size()];
        int f = 0;
        if (!pos.isEmpty()) {
            tags[f++] = pos(posOutcome);
        }
        if (!entity.isEmpty()) {
            tags[f] = entity(entityOutcome);
        }
        return tags;
    }

    /**
     * Returns the id of a part of speech.
     *
     * @throws LimeException if the schema lacks it
     */
    public int pos(String outcome) {
        Integer id = pos.get(outcome);
        if (id == null) {
            throw unknown(POS, outcome);
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
            throw unknown(NER, outcome);
        }
        return id;
    }

    private LimeException unknown(String feature, String outcome) {
        return new LimeException(
                "[annotator] tag '%s' is not in the tag set of feature %s. Known: %s. Hint: are these models from another training run?"
                        .formatted(outcome, feature, schema.feature(feature).tags()));
    }
}
