package org.limelm.train.generation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.limelm.core.ConfigException;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.metadata.Feature;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.model.generate.TagPlan;

/** The source of the tags during generation. */
public sealed interface MetadataChoice {
    /**
     * No tags if the model's training ended without; the model itself if it predicts the tags it
     * reads; otherwise the annotation mode it was trained with, if that can be computed
     * incrementally.
     */
    record Automatic() implements MetadataChoice {}

    /** No tags: the model was trained with dropped tags, and reads none. */
    record Without() implements MetadataChoice {}

    /**
     * An incremental annotator.
     *
     * @param mode causal or prefix
     */
    record Annotated(AnnotationMode mode) implements MetadataChoice {}

    /**
     * The same tags at every position, given by the caller.
     *
     * @param tags tag names, one per table of the model, in order
     */
    record Given(List<String> tags) implements MetadataChoice {
        public Given {
            tags = List.copyOf(tags);
        }
    }

    /**
     * The model itself, for LIME+1 with {@code nextTags}.
     *
     * @param plan restricts the tags of generated tokens
     */
    record Predicted(TagPlan plan) implements MetadataChoice {
        /**
         * Returns whether the caller restricts the tags, which are then given rather than
         * predicted.
         */
        boolean isPlanned() {
            return plan != TagPlan.FREE;
        }
    }

    /**
     * The tags of the prompt from an annotator, and the same given tags for every generated token.
     *
     * @param prompt mode in which the prompt, which is known entirely, is annotated
     * @param tags tag names of the generated tokens, one per table of the model, in order
     */
    record GivenAnswer(AnnotationMode prompt, List<String> tags) implements MetadataChoice {
        public GivenAnswer {
            tags = List.copyOf(tags);
        }
    }

    /**
     * Returns the choice of the same tags at every position.
     *
     * @param tables tables of the model
     * @param tags tag names by feature; omitted features get {@code NONE}
     * @throws ConfigException if the model does not have the feature, or the feature the tag
     */
    static MetadataChoice given(MetadataSchema tables, Map<String, String> tags) {
        return new Given(givenTags(tables, tags));
    }

    /**
     * Returns one tag name per table of a model, in order.
     *
     * @param tables tables of the model
     * @param tags tag names by feature; omitted features get {@code NONE}
     * @throws ConfigException if the model does not have the feature, or the feature the tag
     */
    static List<String> givenTags(MetadataSchema tables, Map<String, String> tags) {
        List<String> chosen = new ArrayList<>();
        for (Feature table : tables.features()) {
            String tag = tags.getOrDefault(table.name(), Feature.NONE);
            if (!table.tags().contains(tag)) {
                throw new ConfigException(
                        "[given tags] unknown %s tag '%s', expected one of %s"
                                .formatted(table.name(), tag, table.tags()));
            }
            chosen.add(tag);
        }
        for (String name : tags.keySet()) {
            if (!tables.names().contains(name)) {
                throw new ConfigException(
                        "[given tags] the model has no table '%s', expected one of %s"
                                .formatted(name, tables.names()));
            }
        }
        return chosen;
    }

    /**
     * Returns the choice that the options of a command or a request describe.
     *
     * @param tables tables of the model
     * @param annotation annotation mode of the tags, if chosen
     * @param given fixed tags by feature, or none
     * @param plan pattern of the tags of generated tokens, {@code feature:PATTERN}, if there is one
     * @throws ConfigException if the options exclude each other, or name a feature or tag that the
     *     model does not have
     */
    static MetadataChoice of(
            MetadataSchema tables,
            Optional<AnnotationMode> annotation,
            Map<String, String> given,
            Optional<String> plan) {
        if (plan.isPresent() && (!given.isEmpty() || annotation.isPresent())) {
            throw new ConfigException(
                    "[generate] plan excludes given and annotation: the model predicts its own tags. Hint: give one of them");
        }
        if (!given.isEmpty() && annotation.isPresent()) {
            throw new ConfigException(
                    "[generate] given and annotation exclude each other. Hint: give one");
        }
        if (plan.isPresent()) {
            return new Predicted(TagPattern.of(tables.withoutDropped(), plan.get()));
        }
        if (given.isEmpty()) {
            return annotation
                    .<MetadataChoice>map(Annotated::new)
                    .orElseGet(MetadataChoice::automatic);
        }
        return given(tables, given);
    }

    /** Returns the automatic choice. */
    static MetadataChoice automatic() {
        return new Automatic();
    }
}
