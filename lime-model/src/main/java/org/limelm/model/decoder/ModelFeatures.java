package org.limelm.model.decoder;

import java.util.Optional;
import org.limelm.core.ConfigException;
import org.limelm.core.metadata.MetadataSchema;

/**
 * The linguistic features of a model.
 *
 * @param tables the features that enter the model, one embedding table each
 * @param tagHead the head that predicts the tags of the next token, if there is one
 */
public record ModelFeatures(MetadataSchema tables, Optional<TagHeadConfig> tagHead) {
    /** Neither tables nor a tag head. */
    public static final ModelFeatures NONE = of(MetadataSchema.EMPTY);

    /**
     * Checks that a head that reads the previous state predicts the tags that the tables read.
     *
     * @throws ConfigException if it predicts others
     */
    public ModelFeatures {
        boolean ahead =
                tagHead.filter(head -> head.input() == TagHeadConfig.Input.PREVIOUS_STATE)
                        .isPresent();
        if (ahead && !tagHead.orElseThrow().features().equals(tables.withoutDropped())) {
            throw new ConfigException(
                    "[tag head] predicts %s for a model that reads %s of the next token, expected the same features"
                            .formatted(tagHead.orElseThrow().features().names(), tables.names()));
        }
    }

    /** Returns features with tables and without a tag head. */
    public static ModelFeatures of(MetadataSchema tables) {
        return new ModelFeatures(tables, Optional.empty());
    }

    /** Returns the predicted features; empty without a tag head. */
    public MetadataSchema predicted() {
        return tagHead.map(TagHeadConfig::features).orElse(MetadataSchema.EMPTY);
    }
}
