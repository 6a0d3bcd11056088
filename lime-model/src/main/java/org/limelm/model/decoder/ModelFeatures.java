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
     * Checks that a head for the tags that the tables read predicts these, and that they can be
     * dropped if it reads an untagged state.
     *
     * @throws ConfigException if they do not fit
     */
    public ModelFeatures {
        if (predictsWhatTablesRead(tagHead)
                && !tagHead.orElseThrow().features().equals(tables.withoutDropped())) {
            throw new ConfigException(
                    "[tag head] predicts %s for a model that reads %s of the next token, expected the same features"
                            .formatted(tagHead.orElseThrow().features().names(), tables.names()));
        }
        if (tagHead.filter(head -> !head.predictsInOnePass()).isPresent()
                && !tables.canBeDropped()) {
            throw new ConfigException(
                    "[tag head] reads untagged states, but the tables have no tag DROPPED. Hint: train with dropped tags");
        }
    }

    /** Returns features with tables and without a tag head. */
    public static ModelFeatures of(MetadataSchema tables) {
        return new ModelFeatures(tables, Optional.empty());
    }

    /** Returns whether the model can predict the tags that it reads: LIME+1 with a tag head. */
    public boolean predictsOwnTags() {
        return predictsWhatTablesRead(tagHead);
    }

    private static boolean predictsWhatTablesRead(Optional<TagHeadConfig> tagHead) {
        return tagHead.filter(head -> head.input() != TagHeadConfig.Input.STATE).isPresent();
    }

    /**
     * Returns the features that are predicted together with the tokens; empty without a tag head,
     * or if it needs a second pass.
     */
    public MetadataSchema predictedInOnePass() {
        return tagHead.filter(TagHeadConfig::predictsInOnePass)
                .map(TagHeadConfig::features)
                .orElse(MetadataSchema.EMPTY);
    }

    /** Returns the predicted features; empty without a tag head. */
    public MetadataSchema predicted() {
        return tagHead.map(TagHeadConfig::features).orElse(MetadataSchema.EMPTY);
    }
}
