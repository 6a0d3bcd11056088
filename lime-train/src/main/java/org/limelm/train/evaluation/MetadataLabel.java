package org.limelm.train.evaluation;

import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.metadata.MetadataOrigin;
import org.limelm.train.arm.Arm;

/**
 * Where the tags of an evaluation come from, as every report says it.
 *
 * @param annotation {@code full}, {@code prefix}, {@code causal} or {@code none}
 * @param origin {@code oracle}, {@code observed} or {@code none}
 * @param annotator id of the tag models and their options, or {@code none}
 */
public record MetadataLabel(String annotation, String origin, String annotator) {
    private static final String NONE = "none";

    /**
     * Returns the label of tags that an annotator computed from the reference text.
     *
     * <p>They are an oracle if they tell of tokens that the model is yet to predict: in LIME+1, and
     * wherever the annotator read the whole sentence.
     *
     * @param annotator id of the tag models and their options
     */
    public static MetadataLabel of(Arm arm, AnnotationMode mode, String annotator) {
        if (!arm.hasTables()) {
            return new MetadataLabel(NONE, NONE, NONE);
        }
        boolean foresees = arm.shift() > 0 || mode == AnnotationMode.FULL;
        MetadataOrigin origin = foresees ? MetadataOrigin.ORACLE : MetadataOrigin.OBSERVED;
        return new MetadataLabel(mode.label(), origin.label(), annotator);
    }
}
