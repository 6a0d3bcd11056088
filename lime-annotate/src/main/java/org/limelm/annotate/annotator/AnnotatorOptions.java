package org.limelm.annotate.annotator;

import java.util.List;
import java.util.Optional;
import org.limelm.core.metadata.MetadataSchema;

/**
 * The features that trained models give, and the format of their tags. The models of a missing
 * feature are not loaded.
 *
 * @param pos the tag set of feature {@code pos}; empty = without this feature
 * @param ner the format of feature {@code ner}; empty = without this feature
 */
public record AnnotatorOptions(Optional<PosTagset> pos, Optional<EntityTags> ner) {
    /** The 18 entity types of OntoNotes 5, in the order of their ids. */
    public static final List<String> ENTITY_TYPES =
            List.of(
                    "PERSON",
                    "NORP",
                    "FAC",
                    "ORG",
                    "GPE",
                    "LOC",
                    "PRODUCT",
                    "EVENT",
                    "WORK_OF_ART",
                    "LAW",
                    "LANGUAGE",
                    "DATE",
                    "TIME",
                    "PERCENT",
                    "MONEY",
                    "QUANTITY",
                    "ORDINAL",
                    "CARDINAL");

    /** Returns the options of the paper: fine-grained Penn tags, entity types without B- and I-. */
    public static AnnotatorOptions defaults() {
        return of(PosTagset.XPOS, EntityTags.TYPE);
    }

    /** Returns the options of both features. */
    public static AnnotatorOptions of(PosTagset pos, EntityTags ner) {
        return new AnnotatorOptions(Optional.of(pos), Optional.of(ner));
    }

    /**
     * Returns the features with the built-in tags, which the bundled models have; custom models may
     * have others.
     *
     * @see TagSets#schema
     */
    public MetadataSchema schema() {
        return TagSets.builtIn(pos.orElse(PosTagset.XPOS)).schema(this);
    }
}
