package org.limelm.train.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.limelm.train.compare.ArmFigures.Efficiency;

/**
 * How much training an arm needs to reach the baseline's final accuracy (figure 2 of the paper), in
 * tokens and in cost. The seeds are paired: each compares two runs with one seed, by their {@link
 * AccuracyCurve}.
 */
final class DataEfficiency {
    private final List<MeasuredRun> baseline;
    private final List<MeasuredRun> arm;

    DataEfficiency(List<MeasuredRun> baseline, List<MeasuredRun> arm) {
        this.baseline = baseline;
        this.arm = arm;
    }

    /** Returns the figures over all seeds. */
    Efficiency figures() {
        List<Double> tokens = new ArrayList<>();
        List<Double> tokenShares = new ArrayList<>();
        List<Double> costShares = new ArrayList<>();
        for (int s = 0; s < arm.size(); s++) {
            TrainedRun reference = baseline.get(s).trained();
            double target = new AccuracyCurve(reference.curve()).last();
            OptionalDouble reached =
                    new AccuracyCurve(arm.get(s).trained().curve()).tokensToReach(target);
            if (reached.isPresent()) {
                tokens.add(reached.getAsDouble());
                tokenShares.add(reached.getAsDouble() / reference.tokens());
                costShare(arm.get(s), reference, reached.getAsDouble()).ifPresent(costShares::add);
            }
        }
        return new Efficiency(
                tokens.size(),
                arm.size(),
                spread(tokens),
                spread(tokenShares),
                costShares.size() == tokens.size() ? spread(costShares) : Optional.empty());
    }

    /**
     * Returns the core-seconds of training an arm on a number of tokens and of annotating each
     * distinct token once, divided by those of training the baseline, whose text needs no tags.
     */
    private static Optional<Double> costShare(MeasuredRun run, TrainedRun baseline, double tokens) {
        double training = tokens * run.trained().coreSecondsPerToken();
        double whole = baseline.tokens() * baseline.coreSecondsPerToken();
        if (!run.plan().config().arm().usesTags()) {
            return Optional.of(training / whole);
        }
        double annotated = Math.min(tokens, (double) run.trained().distinctTokens());
        return run.annotation()
                .map(cost -> (training + annotated * cost.coreSecondsPerToken()) / whole);
    }

    private static Optional<Spread> spread(List<Double> values) {
        return values.isEmpty() ? Optional.empty() : Optional.of(Spread.of(values));
    }
}
