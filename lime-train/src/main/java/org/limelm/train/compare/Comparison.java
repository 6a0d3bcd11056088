package org.limelm.train.compare;

import java.util.List;
import java.util.Map;

/**
 * A comparison of arms that were trained on the same text with the same seeds: the content of
 * {@code report.json}.
 *
 * @param title what was compared
 * @param provenance what a reader needs to verify or reproduce the figures
 * @param seeds seeds of the runs
 * @param classTags annotation mode of the tags that define the classes of tokens
 * @param arms figures of every arm in every evaluation; the first is the baseline
 * @param runs the runs behind the figures
 */
public record Comparison(
        String title,
        Map<String, String> provenance,
        List<Long> seeds,
        String classTags,
        List<ArmFigures> arms,
        List<RunFacts> runs) {
    /**
     * A run behind the figures.
     *
     * @param arm label of the arm
     * @param seed seed of the run
     * @param folder folder of the run, relative to the comparison's
     * @param tokens tokens trained on
     * @param trainingSeconds training time, without evaluations and checkpoints
     * @param revision commit of LIME that trained it
     * @param machine host, processor and threads
     */
    public record RunFacts(
            String arm,
            long seed,
            String folder,
            long tokens,
            double trainingSeconds,
            String revision,
            String machine) {}

    /**
     * Copies the lists.
     *
     * @throws IllegalArgumentException if there are no arms
     */
    public Comparison {
        seeds = List.copyOf(seeds);
        arms = List.copyOf(arms);
        runs = List.copyOf(runs);
        if (arms.isEmpty()) {
            throw new IllegalArgumentException("[comparison " + title + "] no arm to compare");
        }
    }

    /** Returns the baseline: the first arm. */
    public ArmFigures baseline() {
        return arms.get(0);
    }
}
