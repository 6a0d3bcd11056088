package org.limelm.train.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.limelm.train.compare.ArmFigures.Efficiency;
import org.limelm.train.compare.ArmFigures.MeanCurveShare;
import org.limelm.train.evaluation.Sums;

/**
 * How much training an arm needs to reach the baseline's final accuracy (figure 2 of the paper), in
 * tokens and in cost. The seeds are paired: each compares two runs with one seed, by their {@link
 * AccuracyCurve}.
 */
final class DataEfficiency {
    private final List<MeasuredRun> baseline;
    private final List<MeasuredRun> arm;
    private final PairedBootstrap bootstrap;

    /**
     * Prepares the figures.
     *
     * @param bootstrap of the final scores of the same runs
     */
    DataEfficiency(List<MeasuredRun> baseline, List<MeasuredRun> arm, PairedBootstrap bootstrap) {
        this.baseline = baseline;
        this.arm = arm;
        this.bootstrap = bootstrap;
    }

    /** Returns the figures over all seeds. */
    Efficiency figures() {
        List<Double> tokens = new ArrayList<>();
        List<Double> tokenShares = new ArrayList<>();
        List<Double> costShares = new ArrayList<>();
        boolean upperBound = false;
        for (int s = 0; s < arm.size(); s++) {
            TrainedRun reference = baseline.get(s).trained();
            double target = new AccuracyCurve(reference.curve()).last();
            AccuracyCurve curve = new AccuracyCurve(arm.get(s).trained().curve());
            upperBound |= curve.beginsAt(target);
            OptionalDouble reached = curve.tokensToReach(target);
            if (reached.isPresent()) {
                tokens.add(reached.getAsDouble());
                tokenShares.add(reached.getAsDouble() / reference.tokens());
                costShare(arm.get(s), reference, reached.getAsDouble()).ifPresent(costShares::add);
            }
        }
        return new Efficiency(
                tokens.size(),
                arm.size(),
                upperBound,
                spread(tokens),
                spread(tokenShares),
                ofMeanCurves(),
                costShares.size() == tokens.size() ? spread(costShares) : Optional.empty());
    }

    /**
     * Returns the share of tokens after which the mean curve of the arm reaches the baseline's mean
     * final accuracy. A replicate takes the means over the seeds that it draws. The units of text
     * that it draws move the arm's final accuracy relative to the baseline's; the arm's whole curve
     * is moved as much, because intermediate scores are not kept by unit.
     */
    private Optional<MeanCurveShare> ofMeanCurves() {
        boolean samePoints = arm.stream().map(DataEfficiency::tokens).distinct().count() == 1;
        if (!samePoints) {
            return Optional.empty(); // the evaluations of a run were changed while it was trained
        }
        PairedBootstrap.Interval interval =
                bootstrap.of(
                        (seeds, units) -> {
                            int[] all = PairedBootstrap.ones(bootstrap.units());
                            double moved =
                                    bootstrap.difference(Sums::accuracy, seeds, units)
                                            - bootstrap.difference(Sums::accuracy, seeds, all);
                            return shareOfMeans(seeds, moved);
                        });
        return Optional.of(
                new MeanCurveShare(
                        finite(interval.value()),
                        finite(interval.low()),
                        finite(interval.high()),
                        firstShare()));
    }

    /** Returns the share of the baseline's tokens at the first point of the arm's curves. */
    private double firstShare() {
        return arm.get(0).trained().curve().get(0).tokens()
                / baseline.stream()
                        .mapToLong(run -> run.trained().tokens())
                        .average()
                        .orElseThrow();
    }

    private static List<Long> tokens(MeasuredRun run) {
        return run.trained().curve().stream().map(CurvePoint::tokens).toList();
    }

    private double shareOfMeans(int[] seeds, double moved) {
        List<CurvePoint> curve = new ArrayList<>();
        double drawn = Arrays.stream(seeds).sum();
        for (int i = 0; i < arm.get(0).trained().curve().size(); i++) {
            CurvePoint first = arm.get(0).trained().curve().get(i);
            double bitsPerByte = 0;
            double accuracy = moved;
            for (int s = 0; s < seeds.length; s++) {
                CurvePoint point = arm.get(s).trained().curve().get(i);
                bitsPerByte += seeds[s] / drawn * point.bitsPerByte();
                accuracy += seeds[s] / drawn * point.accuracy();
            }
            curve.add(new CurvePoint(first.tokens(), bitsPerByte, accuracy));
        }
        double target = 0;
        double tokens = 0;
        for (int s = 0; s < seeds.length; s++) {
            TrainedRun reference = baseline.get(s).trained();
            target += seeds[s] / drawn * new AccuracyCurve(reference.curve()).last();
            tokens += seeds[s] / drawn * reference.tokens();
        }
        AccuracyCurve means = new AccuracyCurve(curve);
        return means.beginsAt(target)
                ? firstShare()
                : means.tokensToReach(target).orElse(Double.POSITIVE_INFINITY) / tokens;
    }

    private static OptionalDouble finite(double share) {
        return Double.isFinite(share) ? OptionalDouble.of(share) : OptionalDouble.empty();
    }

    /**
     * Returns the core-seconds of training an arm on a number of tokens and of annotating each
     * distinct token once, divided by those of training the baseline, whose text needs no tags;
     * empty if one of the two was trained on a GPU or the annotation was not measured.
     */
    private static Optional<Double> costShare(MeasuredRun run, TrainedRun baseline, double tokens) {
        OptionalDouble perToken = run.trained().coreSecondsPerToken();
        OptionalDouble perTokenOfBaseline = baseline.coreSecondsPerToken();
        if (perToken.isEmpty() || perTokenOfBaseline.isEmpty()) {
            return Optional.empty();
        }
        double training = tokens * perToken.getAsDouble();
        double whole = baseline.tokens() * perTokenOfBaseline.getAsDouble();
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
