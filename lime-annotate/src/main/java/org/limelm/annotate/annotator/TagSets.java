package org.limelm.annotate.annotator;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
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
     * Returns the features of these options, {@code pos} before {@code ner}. Ids: 0 is NONE; {@code
     * pos} follows {@link #pos}; the k-th of {@link #entityTypes} (from 0) has id {@code k + 1}, or
     * with BIO tags the ids {@code 2k + 1} (B-) and {@code 2k + 2} (I-).
     */
    public MetadataSchema schema(AnnotatorOptions options) {
        List<Feature> features = new ArrayList<>();
        options.pos().ifPresent(tagset -> features.add(new Feature("pos", withNone(pos))));
        options.ner().ifPresent(format -> features.add(new Feature("ner", entityTags(format))));
        return new MetadataSchema(features);
    }

    private List<String> entityTags(EntityTags format) {
        return switch (format) {
            case TYPE -> withNone(entityTypes);
            case BIO ->
                    withNone(
                            entityTypes.stream()
                                    .flatMap(type -> Stream.of("B-" + type, "I-" + type))
                                    .toList());
        };
    }

    private static List<String> withNone(List<String> tags) {
        List<String> all = new ArrayList<>(List.of(Feature.NONE));
        all.addAll(tags);
        return all;
    }
}
