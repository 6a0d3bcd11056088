package org.limelm.train.compare;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.limelm.train.compare.ArmFigures.ClassFigures;
import org.limelm.train.evaluation.TokenClass;
import org.limelm.train.internal.chart.BarChart;
import org.limelm.train.internal.chart.Chart;
import org.limelm.train.internal.chart.LineChart;

/** The charts of a comparison. */
final class ReportCharts {
    private static final double PERCENT = 100;

    /** Divisions in the chart of classes; the others are in its table alone. */
    private static final Set<String> CHARTED =
            Set.of(TokenClass.KIND, TokenClass.PIECE, TokenClass.ENTITY);

    /** Classes that would repeat another one, or are not text. */
    private static final Set<TokenClass> REPEATED =
            Set.of(
                    new TokenClass(TokenClass.PIECE, "none"),
                    new TokenClass(TokenClass.PIECE, "1st"),
                    new TokenClass(TokenClass.KIND, "end of text"));

    /** Rarer classes are left out of the chart. */
    private static final double LEAST_SHARE = 0.001;

    private final Comparison comparison;

    ReportCharts(Comparison comparison) {
        this.comparison = comparison;
    }

    /** Returns the charts of the training curves by file name; empty if there are no curves. */
    Map<String, Chart> curves() {
        Map<String, Chart> charts = new LinkedHashMap<>();
        List<LineChart.Series> accuracy = lines(CurvePoint::accuracy);
        if (!accuracy.isEmpty()) {
            charts.put(
                    "accuracy",
                    new LineChart(
                            "Accuracy on the held-out documents",
                            "training tokens",
                            "next-token accuracy",
                            accuracy));
            charts.put(
                    "bits-per-byte",
                    new LineChart(
                            "Bits per byte on the held-out documents",
                            "training tokens",
                            "bits per byte",
                            lines(CurvePoint::bitsPerByte)));
        }
        return charts;
    }

    private List<LineChart.Series> lines(ToDoubleFunction<CurvePoint> figure) {
        return comparison.arms().stream()
                .filter(arm -> !arm.curves().isEmpty())
                .map(
                        arm ->
                                new LineChart.Series(
                                        arm.arm()
                                                + (arm.metadata().equals("oracle")
                                                        ? " (oracle)"
                                                        : ""),
                                        mean(arm.curves(), figure)))
                .filter(line -> line.points().size() > 1)
                .toList();
    }

    /** Returns the mean over the seeds, at the numbers of tokens after which all were evaluated. */
    static List<LineChart.Value> mean(
            List<List<CurvePoint>> seeds, ToDoubleFunction<CurvePoint> figure) {
        Map<Long, List<Double>> values = new TreeMap<>();
        for (List<CurvePoint> seed : seeds) {
            for (CurvePoint point : seed) {
                values.computeIfAbsent(point.tokens(), tokens -> new ArrayList<>())
                        .add(figure.applyAsDouble(point));
            }
        }
        List<LineChart.Value> mean = new ArrayList<>();
        values.forEach(
                (tokens, all) -> {
                    if (all.size() == seeds.size()) {
                        double sum = all.stream().mapToDouble(value -> value).sum();
                        mean.add(new LineChart.Value(tokens, sum / all.size()));
                    }
                });
        return mean;
    }

    /** Returns the chart of an arm's gains and losses by class of token. */
    Chart classes(ArmFigures arm) {
        List<BarChart.Bar> bars = new ArrayList<>();
        bars.add(all(arm));
        for (ClassFigures type : arm.classes()) {
            if (CHARTED.contains(type.type().division())
                    && !REPEATED.contains(type.type())
                    && type.share() >= LEAST_SHARE) {
                bars.add(
                        new BarChart.Bar(
                                name(type.type()),
                                PERCENT * type.difference().mean(),
                                PERCENT * type.difference().minimum(),
                                PERCENT * type.difference().maximum()));
            }
        }
        return new BarChart(
                arm.arm()
                        + " in "
                        + arm.evaluatedIn()
                        + " ("
                        + arm.metadata()
                        + ") against "
                        + comparison.baseline().arm(),
                "difference of accuracy, percentage points",
                bars);
    }

    private BarChart.Bar all(ArmFigures arm) {
        Spread difference =
                Spread.of(
                        IntStream.range(0, comparison.seeds().size())
                                .mapToObj(
                                        s ->
                                                PERCENT
                                                        * (arm.accuracy().bySeed().get(s)
                                                                - comparison
                                                                        .baseline()
                                                                        .accuracy()
                                                                        .bySeed()
                                                                        .get(s)))
                                .toList());
        return new BarChart.Bar(
                "all tokens", difference.mean(), difference.minimum(), difference.maximum());
    }

    private static String name(TokenClass type) {
        return switch (type.division()) {
            case TokenClass.PIECE -> type.name() + " piece of a word";
            case TokenClass.ENTITY ->
                    type.name().equals("none") ? "no entity" : "entity " + type.name();
            default -> type.name();
        };
    }
}
