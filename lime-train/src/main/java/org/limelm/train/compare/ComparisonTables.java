package org.limelm.train.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.limelm.train.compare.ArmFigures.Differences;
import org.limelm.train.compare.ArmFigures.Efficiency;
import org.limelm.train.compare.ArmFigures.MeanCurveShare;

/** The tables of a comparison: its figures as text. */
public final class ComparisonTables {
    private static final String NOT_REACHED = "not reached";
    private static final String AT_MOST = "≤ ";
    private static final double PERCENT = 100;

    private final Comparison comparison;

    /** Prepares the tables of a comparison. */
    public ComparisonTables(Comparison comparison) {
        this.comparison = comparison;
    }

    /** Returns the table of all arms: figures over the seeds, as mean ± standard deviation. */
    public ReportTable results() {
        List<List<String>> rows = new ArrayList<>();
        for (ArmFigures arm : comparison.arms()) {
            rows.add(
                    List.of(
                            arm.arm(),
                            arm.evaluatedIn(),
                            arm.metadata(),
                            Cells.count(arm.parameters()),
                            Cells.count(arm.bytes()),
                            Cells.spread("%.4f", arm.loss()),
                            Cells.spread("%.2f", arm.perplexity()),
                            Cells.spread("%.4f", arm.bitsPerByte()),
                            Cells.spread("%.4f", arm.accuracy()),
                            tokensToBaseline(arm)));
        }
        return new ReportTable(
                "Results",
                comparison.seeds().size() > 1
                        ? "Mean ± standard deviation over seeds " + comparison.seeds() + "."
                        : "Seed " + comparison.seeds().get(0) + ".",
                List.of(
                        "arm",
                        "evaluated in",
                        "metadata",
                        "parameters",
                        "bytes scored",
                        "loss",
                        "perplexity",
                        "bits/byte",
                        "accuracy",
                        "tokens to baseline's accuracy"),
                rows);
    }

    private static String tokensToBaseline(ArmFigures arm) {
        return arm.efficiency()
                .map(
                        efficiency ->
                                efficiency
                                        .tokens()
                                        .flatMap(
                                                tokens ->
                                                        efficiency
                                                                .tokenShare()
                                                                .map(
                                                                        share ->
                                                                                tokens(
                                                                                        tokens,
                                                                                        share)))
                                        .map(text -> atMost(efficiency, text))
                                        .map(text -> text + inSomeSeeds(efficiency))
                                        .orElse(NOT_REACHED))
                .orElse(Cells.NONE);
    }

    private static String tokens(Spread tokens, Spread share) {
        return Cells.count(Math.round(tokens.mean()))
                + Cells.number(" (%.0f %%)", PERCENT * share.mean());
    }

    private static String atMost(Efficiency efficiency, String figure) {
        return efficiency.upperBound() ? AT_MOST + figure : figure;
    }

    private static String inSomeSeeds(Efficiency efficiency) {
        return efficiency.reached() < efficiency.seeds()
                ? " in " + efficiency.reached() + " of " + efficiency.seeds() + " seeds"
                : "";
    }

    /** Returns the paired differences to the baseline with their intervals. */
    public ReportTable differences() {
        List<List<String>> rows = new ArrayList<>();
        String units = "";
        for (ArmFigures arm : comparison.arms()) {
            if (arm.difference().isPresent()) {
                Differences difference = arm.difference().orElseThrow();
                units = difference.unitCount() + " " + difference.units();
                rows.add(
                        List.of(
                                arm.arm(),
                                arm.evaluatedIn(),
                                arm.metadata(),
                                Cells.difference("%+.4f", difference.bitsPerByte(), 1),
                                percentPoints(difference.accuracy()),
                                difference
                                        .loss()
                                        .map(loss -> Cells.difference("%+.4f", loss, 1))
                                        .orElse(Cells.NONE),
                                verdict(difference.bitsPerByte())));
            }
        }
        return new ReportTable(
                "Differences to " + comparison.baseline().arm(),
                "Arm minus baseline, paired by seed and text, with 95 % intervals from a bootstrap"
                        + " over "
                        + comparison.seeds().size()
                        + " seed(s) × "
                        + units
                        + ".",
                List.of(
                        "arm",
                        "evaluated in",
                        "metadata",
                        "Δ bits/byte",
                        "Δ accuracy, points",
                        "Δ loss, nats/token",
                        "in bits/byte"),
                rows);
    }

    private static String percentPoints(Optional<Difference> accuracy) {
        return accuracy.map(difference -> Cells.difference("%+.2f", difference, PERCENT))
                .orElse(Cells.NONE);
    }

    private static String verdict(Difference bitsPerByte) {
        return bitsPerByte.excludesZero() ? bitsPerByte.mean() < 0 ? "better" : "worse" : "level";
    }

    private static String interval(MeanCurveShare share) {
        return share.low().isEmpty()
                ? NOT_REACHED
                : percent(share, share.share())
                        + " ["
                        + percent(share, share.low())
                        + ", "
                        + percent(share, share.high())
                        + "]";
    }

    private static String percent(MeanCurveShare all, OptionalDouble one) {
        if (one.isEmpty()) {
            return NOT_REACHED;
        }
        double share = one.getAsDouble();
        return (all.isUpperBound(share) ? AT_MOST : "") + Cells.number("%.0f %%", PERCENT * share);
    }

    /** Returns the training that each arm needs for the baseline's final accuracy. */
    public ReportTable efficiency() {
        List<List<String>> rows = new ArrayList<>();
        for (ArmFigures arm : comparison.arms()) {
            arm.efficiency()
                    .ifPresent(
                            efficiency ->
                                    rows.add(
                                            List.of(
                                                    arm.arm(),
                                                    arm.evaluatedIn(),
                                                    arm.metadata(),
                                                    efficiency.reached()
                                                            + " of "
                                                            + efficiency.seeds(),
                                                    percent(efficiency, efficiency.tokenShare()),
                                                    efficiency
                                                            .tokenShareOfMeans()
                                                            .map(ComparisonTables::interval)
                                                            .orElse(Cells.NONE),
                                                    percent(efficiency, efficiency.costShare()))));
        }
        return new ReportTable(
                "Data efficiency",
                "Training until the baseline's final accuracy, relative to the baseline's training:"
                        + " mean and range over the seeds that reach it, and for the mean curves over"
                        + " all seeds, with 95 % intervals from the bootstrap. ≤: an upper bound, as"
                        + " the accuracy was reached at the first evaluation or before."
                        + " Cost is in core-seconds of the CPU and includes the annotation of the"
                        + " text; runs on a GPU have none.",
                List.of(
                        "arm",
                        "evaluated in",
                        "metadata",
                        "seeds that reach it",
                        "share of tokens",
                        "of the mean curves",
                        "share of cost"),
                rows);
    }

    private static String percent(Efficiency efficiency, Optional<Spread> share) {
        return share.map(spread -> Cells.range("%.1f %%", spread, PERCENT))
                .map(text -> atMost(efficiency, text))
                .orElse(Cells.NONE);
    }

    /** Returns what each arm costs in parameters, training and annotation. */
    public ReportTable overhead() {
        List<List<String>> rows = new ArrayList<>();
        for (ArmFigures arm : comparison.arms()) {
            if (arm.curves().isEmpty()) {
                continue; // another evaluation of the same runs
            }
            ArmFigures.Overhead cost = arm.overhead();
            rows.add(
                    List.of(
                            arm.arm(),
                            Cells.count(arm.parameters()),
                            Cells.minus(Cells.number("%+.2f %%", PERCENT * cost.parameterShare())),
                            Cells.spread("%.1f", cost.trainingSeconds()),
                            Cells.minus(Cells.number("%+.1f %%", PERCENT * (cost.timeRatio() - 1))),
                            cost.annotationSecondsPerMillionTokens().isPresent()
                                    ? Cells.number(
                                            "%.1f",
                                            cost.annotationSecondsPerMillionTokens().getAsDouble())
                                    : Cells.NONE,
                            cost.annotationShare().isPresent()
                                    ? Cells.number(
                                            "%.1f %%",
                                            PERCENT * cost.annotationShare().getAsDouble())
                                    : Cells.NONE));
        }
        return new ReportTable(
                "Overhead",
                "Annotation is a cost of the text, paid once for all runs on it. Annotation /"
                        + " training compares core-seconds of the CPU; runs on a GPU have none.",
                List.of(
                        "arm",
                        "parameters",
                        "more than baseline",
                        "training, s",
                        "more than baseline",
                        "annotation, core-s per 10⁶ tokens",
                        "annotation / training"),
                rows);
    }
}
