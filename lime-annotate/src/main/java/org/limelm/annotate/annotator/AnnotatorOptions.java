package org.limelm.annotate.annotator;

import java.util.List;
import org.limelm.core.config.Doc;
import org.limelm.core.metadata.MetadataSchema;

/**
 * The output of the annotators.
 *
 * @param pos the tag set of feature {@code pos}
 * @param bio whether feature {@code ner} distinguishes the first token of an entity ({@code B-ORG})
 *     from the others ({@code I-ORG}); otherwise both are {@code ORG}
 */
public record AnnotatorOptions(
        @Doc("part-of-speech tags: xpos (49 Penn tags) or upos (17 universal tags)") PosTagset pos,
        @Doc("entity tags tell the first token of an entity (B-) from the others (I-)")
                boolean bio) {
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
        return new AnnotatorOptions(PosTagset.XPOS, false);
    }

    /**
     * Returns the features {@code pos} and {@code ner} with the built-in tags, which the bundled
     * models have; custom models may have others.
     *
     * @see TagSets#schema
     */
    public MetadataSchema schema() {
        return TagSets.builtIn(pos).schema(bio);
    }
}
