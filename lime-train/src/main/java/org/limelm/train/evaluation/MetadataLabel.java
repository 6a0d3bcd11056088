package org.limelm.train.evaluation;

import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.metadata.MetadataOrigin;
import org.limelm.train.arm.Arm;

/**
 * The origin of the tags in an evaluation, as shown in every report.
 *
 * @param annotation {@code full}, {@code prefix}, {@code causal} or {@code none}
 * @param origin a label of {@link MetadataOrigin}, or {@code none}
 * @param annotator id of the tag models and their options, or {@code none}
 */
public record MetadataLabel(String annotation, String origin, String annotator) {
    private static final String NONE = EvaluationResult.NONE;

    /** The label where no tags are read. */
    public static final MetadataLabel WITHOUT_TAGS = new MetadataLabel(NONE, NONE, NONE);

    /**
     * Returns the label for tags that an annotator computed from the reference text.
     *
     * <p>The tags are an oracle if they depend on tokens that the model has not yet predicted: in
     * LIME+1, and whenever the annotator reads whole sentences.
     *
     * @param annotator id of the tag models and their options
     */
    public static MetadataLabel of(Arm arm, AnnotationMode mode, String annotator) {
        if (!arm.hasTables()) {
            return WITHOUT_TAGS;
        }
        boolean oracle = arm.shift() > 0 || mode == AnnotationMode.FULL;
        MetadataOrigin origin = oracle ? MetadataOrigin.ORACLE : MetadataOrigin.OBSERVED;
        return new MetadataLabel(mode.label(), origin.label(), annotator);
    }

    /** Returns a copy for tags of another origin. */
    public MetadataLabel withOrigin(MetadataOrigin other) {
        return new MetadataLabel(annotation, other.label(), annotator);
    }
}
