package org.limelm.annotate.annotator;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import org.limelm.core.metadata.Feature;
import org.limelm.core.metadata.MetadataSchema;

/**
 * The tags that models output, in the order of their ids.
 *
 * @param pos parts of speech, without NONE
 * @param entityTypes entity types, without B- and I-
 */
public record TagSets(List<String> pos, List<String> entityTypes) {
    /** Copies the lists. */
    public TagSets {
        pos = List.copyOf(pos);
        entityTypes = List.copyOf(entityTypes);
    }

    /** Returns a built-in part-of-speech tag set with the 18 entity types of OntoNotes. */
    public static TagSets builtIn(PosTagset tagset) {
        return new TagSets(tagset.tags(), AnnotatorOptions.ENTITY_TYPES);
    }

    /**
     * Returns the tag sets of models: the built-in one if it contains all tags of the models,
     * otherwise the models' own tags.
     *
     * @param tagset the built-in parts of speech
     * @param pos tags that the part-of-speech models output
     * @param entityTypes types that the entity models output
     */
    public static TagSets of(
            PosTagset tagset, Collection<String> pos, Collection<String> entityTypes) {
        TagSets builtIn = builtIn(tagset);
        return new TagSets(order(pos, builtIn.pos), order(entityTypes, builtIn.entityTypes));
    }

    /** Returns built-in tags in their built-in order, followed by the others sorted by name. */
    private static List<String> order(Collection<String> own, List<String> builtIn) {
        if (builtIn.containsAll(own)) {
            return builtIn;
        }
        List<String> ordered = new ArrayList<>(builtIn);
        ordered.retainAll(own);
        TreeSet<String> others = new TreeSet<>(own);
        builtIn.forEach(others::remove);
        ordered.addAll(others);
        return ordered;
    }

    /**
     * Returns the features {@code pos} and {@code ner}. Ids: 0 is NONE; {@code pos} follows {@link
     * #pos}; the k-th of {@link #entityTypes} (from 0) has id {@code k + 1}, or with {@code bio}
     * the ids {@code 2k + 1} (B-) and {@code 2k + 2} (I-).
     */
    public MetadataSchema schema(boolean bio) {
        List<String> posTags = new ArrayList<>(List.of(Feature.NONE));
        posTags.addAll(pos);
        List<String> entityTags = new ArrayList<>(List.of(Feature.NONE));
        for (String type : entityTypes) {
            if (bio) {
                entityTags.add("B-" + type);
                entityTags.add("I-" + type);
            } else {
                entityTags.add(type);
            }
        }
        return new MetadataSchema(
                List.of(new Feature("pos", posTags), new Feature("ner", entityTags)));
    }
}
