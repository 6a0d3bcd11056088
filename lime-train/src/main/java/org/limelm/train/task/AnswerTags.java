package org.limelm.train.task;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.limelm.core.ConfigException;
import org.limelm.core.metadata.Feature;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.train.evaluation.TagSupply;

/** Where the tags of the answers' tokens come from. Models without tables ignore it. */
public sealed interface AnswerTags {
    /** The annotator, as for the prompt. */
    record ByAnnotator() implements AnswerTags {}

    /** The key {@code given} of the task. */
    record ByTask() implements AnswerTags {}

    /**
     * The same tags for every answer.
     *
     * @param tags tag names by feature; omitted features get {@code NONE}
     */
    record Given(Map<String, String> tags) implements AnswerTags {
        /** Copies the tags. */
        public Given {
            tags = Map.copyOf(tags);
        }

        /**
         * Checks the names of the features. Those that were annotated but have no table are
         * ignored, so that the same tags can be given to models of several arms.
         *
         * @param annotated features that were annotated for the model
         * @throws ConfigException if a feature is unknown
         */
        void requireFeaturesOf(MetadataSchema annotated) {
            List<String> unknown =
                    tags.keySet().stream()
                            .filter(feature -> !annotated.names().contains(feature))
                            .sorted()
                            .toList();
            if (!unknown.isEmpty()) {
                throw new ConfigException(
                        "[given tags] no feature %s was annotated for this model, expected names of %s"
                                .formatted(unknown, annotated.names()));
            }
        }
    }

    /**
     * Not the annotator: the model predicts the tags of prompt and answer, or reads none.
     *
     * @param supply predicted tags or none
     */
    record ByModel(TagSupply supply) implements AnswerTags {}

    /** Returns where the tags that the model reads come from, unless the answers' are given. */
    default TagSupply supply() {
        return this instanceof ByModel own ? own.supply() : TagSupply.annotated();
    }

    /** Returns the annotator's tags. */
    static AnswerTags byAnnotator() {
        return new ByAnnotator();
    }

    /** The templates of given tags, by feature. */
    record Templates(Map<String, Template> tags, MetadataSchema tables, String where) {
        /**
         * Prepares the tags of a task's answers.
         *
         * @return templates; none if the annotator provides the tags or the model has no tables
         * @throws ConfigException if the task gives no tags, or none that the model reads
         */
        static Templates of(AnswerTags source, TaskConfig task, MetadataSchema tables) {
            String where = "task " + task.name();
            Map<String, String> wanted = Map.of();
            if (source instanceof Given given) {
                wanted = given.tags();
            } else if (source instanceof ByTask && tables.size() > 0) {
                wanted =
                        task.given()
                                .orElseThrow(
                                        () ->
                                                new ConfigException(
                                                        "[%s] gives no tags. Hint: add the key 'given' to its file, or name tags: --given pos=CD"
                                                                .formatted(where)));
            }
            Map<String, Template> templates = new LinkedHashMap<>();
            wanted.forEach((feature, tag) -> templates.put(feature, Template.parse(tag, where)));
            templates.keySet().retainAll(tables.names());
            if (!wanted.isEmpty() && templates.isEmpty() && tables.size() > 0) {
                throw new ConfigException(
                        "[%s] tags for %s, but the model has tables for %s"
                                .formatted(where, wanted.keySet(), tables.names()));
            }
            return new Templates(templates, tables, where);
        }

        boolean isEmpty() {
            return tags.isEmpty();
        }

        /**
         * Returns the tag names for an example, one per table; empty if there are no templates.
         *
         * @throws ConfigException if the model does not have a tag
         */
        List<String> names(TaskRecord record) {
            List<String> names = new ArrayList<>();
            for (Feature table : isEmpty() ? List.<Feature>of() : tables.features()) {
                Template template = tags.get(table.name());
                names.add(template == null ? Feature.NONE : known(table, template.render(record)));
            }
            return names;
        }

        private String known(Feature table, String alternatives) {
            return Arrays.stream(alternatives.split("\\|", -1))
                    .filter(table.tags()::contains)
                    .findFirst()
                    .orElseThrow(
                            () ->
                                    new ConfigException(
                                            "[%s] unknown %s tag '%s', expected one of %s"
                                                    .formatted(
                                                            where,
                                                            table.name(),
                                                            alternatives,
                                                            table.tags())));
        }
    }
}
