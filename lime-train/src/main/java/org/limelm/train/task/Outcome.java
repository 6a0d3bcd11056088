package org.limelm.train.task;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * The result of one example.
 *
 * @param group its group
 * @param samples its contribution to each figure
 * @param chance probability of the right choice by guessing; 0 without choices
 * @param truncated whether the beginning of its prompt was dropped
 * @param log its line in the log
 */
record Outcome(
        String group,
        Map<Metric, Sample> samples,
        double chance,
        boolean truncated,
        ExampleLog log) {

    Sample sample(Metric metric) {
        return Objects.requireNonNull(samples.get(metric), metric::label);
    }

    /** Returns the values of samples, for the log. */
    static Map<Metric, Double> values(Map<Metric, Sample> samples) {
        Map<Metric, Double> values = new EnumMap<>(Metric.class);
        samples.forEach((metric, sample) -> values.put(metric, sample.value()));
        return values;
    }
}
