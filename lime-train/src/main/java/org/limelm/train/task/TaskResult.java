package org.limelm.train.task;

import java.util.List;

/**
 * The result of a task: its figures, and what they depend on.
 *
 * @param task name of the task
 * @param arm arm of the model with the annotation mode of its training
 * @param annotation annotation mode of the tags: {@code full}, {@code prefix}, {@code causal}, or
 *     {@code none} for a model without tables
 * @param origin origin of the answers' tags: {@code oracle}, {@code observed}, {@code given},
 *     {@code predicted-greedy}, {@code predicted-marginal}, {@code predicted} (generated answers of
 *     a model that predicts its tags) or {@code none}
 * @param annotator id of the tag models and their options, or {@code none}
 * @param step optimizer steps of the model
 * @param data the data file, or the generator with its settings
 * @param available number of examples in the data; fewer are used with a limit
 * @param shots solved examples per prompt
 * @param truncated number of examples whose prompt was longer than the model's context
 * @param all figures over all examples
 * @param groups figures of each group; empty if the task has no groups
 */
public record TaskResult(
        String task,
        String arm,
        String annotation,
        String origin,
        String annotator,
        long step,
        String data,
        int available,
        int shots,
        int truncated,
        TaskGroup all,
        List<TaskGroup> groups) {
    /** Copies the list. */
    public TaskResult {
        groups = List.copyOf(groups);
    }

    /** Returns a figure over all examples. */
    public MetricValue metric(Metric metric) {
        return all.metrics().stream()
                .filter(value -> value.metric() == metric)
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException(task + " does not report " + metric));
    }
}
