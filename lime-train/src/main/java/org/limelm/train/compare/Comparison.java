package org.limelm.train.compare;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.limelm.core.LimeException;

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
    /** The first token of a source is not predicted, so tokenizations may differ by its bytes. */
    private static final long UNPREDICTED_BYTES = 256;

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
     * Checks that all arms were scored on the same text.
     *
     * @throws IllegalArgumentException if there are no arms
     * @throws LimeException if the numbers of scored bytes differ
     */
    public Comparison {
        seeds = List.copyOf(seeds);
        arms = List.copyOf(arms);
        runs = List.copyOf(runs);
        if (arms.isEmpty()) {
            throw new IllegalArgumentException("[comparison " + title + "] no arm to compare");
        }
        arms.forEach(requireSameText(title, arms.get(0)));
    }

    private static Consumer<ArmFigures> requireSameText(String title, ArmFigures first) {
        return arm -> {
            boolean sameTokens = arm.tokens() == first.tokens();
            long difference = Math.abs(arm.bytes() - first.bytes());
            if (difference > (sameTokens ? 0 : UNPREDICTED_BYTES)) {
                throw new LimeException(
                        "[comparison %s] %s was scored on %,d bytes of text, %s on %,d: not comparable. Hint: evaluate both with the same number of tokens, arms of different tokenizations with evaluation.tokens=0 (all)"
                                .formatted(
                                        title, first.arm(), first.bytes(), arm.arm(), arm.bytes()));
            }
        };
    }

    /** Returns the baseline: the first arm. */
    public ArmFigures baseline() {
        return arms.get(0);
    }
}
