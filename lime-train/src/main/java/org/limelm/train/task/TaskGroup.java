package org.limelm.train.task;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The figures of some examples of a task.
 *
 * @param group name of the group; empty for all examples
 * @param examples number of examples
 * @param chance accuracy of guessing; empty without choices
 * @param metrics the figures, the main one first
 */
public record TaskGroup(
        String group, int examples, Optional<Double> chance, List<MetricValue> metrics) {
    /** Copies the list. */
    public TaskGroup {
        metrics = List.copyOf(metrics);
    }

    /** Computes the figures of some outcomes, at least one. */
    static TaskGroup of(String group, List<Metric> metrics, List<Outcome> outcomes) {
        List<MetricValue> values = new ArrayList<>();
        for (Metric metric : metrics) {
            List<Sample> samples = new ArrayList<>();
            outcomes.forEach(outcome -> samples.add(outcome.sample(metric)));
            values.add(MetricValue.of(metric, samples));
        }
        double chance = outcomes.stream().mapToDouble(Outcome::chance).average().orElse(0);
        return new TaskGroup(
                group,
                outcomes.size(),
                chance == 0 ? Optional.empty() : Optional.of(chance),
                values);
    }

    /** Computes the figures of each group, in order of first appearance; none without groups. */
    static List<TaskGroup> each(List<Metric> metrics, List<Outcome> outcomes) {
        Map<String, List<Outcome>> groups = new LinkedHashMap<>();
        for (Outcome outcome : outcomes) {
            groups.computeIfAbsent(outcome.group(), name -> new ArrayList<>()).add(outcome);
        }
        groups.remove("");
        return groups.entrySet().stream()
                .map(group -> of(group.getKey(), metrics, group.getValue()))
                .toList();
    }
}
