package org.limelm.train.overview;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.limelm.core.LimeException;
import org.limelm.train.evaluation.EvaluationResult;
import org.limelm.train.internal.chart.LineChart;
import org.limelm.train.internal.table.Html;
import org.limelm.train.internal.table.HtmlTable;

/** The curves of several runs as one self-contained HTML page. */
public final class RunCurves {
    /** Points per training curve; more than a chart of 760 pixels shows apart. */
    private static final int MOST_POINTS = 200;

    private static final String TOKENS = "training tokens";

    private final List<RunFiles> runs;

    private RunCurves(List<RunFiles> runs) {
        this.runs = runs;
    }

    /**
     * Reads the curves of runs.
     *
     * @param folders run folders
     * @throws LimeException if none of them has a logged step or an evaluation
     */
    public static RunCurves of(List<Path> folders) {
        List<RunFiles> runs = folders.stream().map(RunFiles::read).toList();
        if (runs.stream().allMatch(run -> run.steps().isEmpty() && run.evaluations().isEmpty())) {
            throw new LimeException(
                    "[runs] no logged step or evaluation in %s. Hint: `lime runs list` shows the state of runs"
                            .formatted(folders));
        }
        return new RunCurves(runs);
    }

    /** Returns the page. */
    public String toHtml() {
        StringBuilder page = new StringBuilder(HtmlTable.head("Training curves"));
        page.append(
                HtmlTable.table(
                        RunSummary.HEADER,
                        runs.stream().map(run -> RunSummary.of(run).cells()).toList()));
        for (RunFiles run : runs) {
            for (String problem : run.problems()) {
                page.append("<p>damaged: ").append(Html.escape(problem)).append("</p>\n");
            }
        }
        chart(page, "Training loss", "nats per token", training());
        chart(
                page,
                "Loss on the held-out documents",
                "nats per token",
                held(EvaluationResult::loss));
        chart(
                page,
                "Bits per byte on the held-out documents",
                "bits per byte",
                held(EvaluationResult::bitsPerByte));
        chart(
                page,
                "Accuracy on the held-out documents",
                "next-token accuracy",
                held(EvaluationResult::accuracy));
        page.append(
                        "<p class=\"caption\">Each point of a training curve is the mean of equally many")
                .append(" consecutive logged steps, at most ")
                .append(MOST_POINTS)
                .append(" points per run. Losses in nats per token and accuracies compare only")
                .append(" between runs with the same tokens; bits per byte compare always.</p>\n");
        return page.append(HtmlTable.foot()).toString();
    }

    private static void chart(
            StringBuilder page, String title, String unit, List<LineChart.Series> lines) {
        if (lines.stream().anyMatch(line -> !line.points().isEmpty())) {
            page.append("<div class=\"chart\">")
                    .append(new LineChart(title, TOKENS, unit, lines).toSvg())
                    .append("</div>\n");
        }
    }

    private List<LineChart.Series> training() {
        return runs.stream()
                .map(
                        run ->
                                new LineChart.Series(
                                        name(run),
                                        thinned(
                                                finite(
                                                        run.steps().stream()
                                                                .map(
                                                                        at ->
                                                                                new LineChart.Value(
                                                                                        at.tokens(),
                                                                                        at.loss()))
                                                                .toList()))))
                .toList();
    }

    private List<LineChart.Series> held(ToDoubleFunction<EvaluationResult> figure) {
        return runs.stream()
                .map(
                        run ->
                                new LineChart.Series(
                                        name(run),
                                        finite(
                                                run.evaluations().stream()
                                                        .map(
                                                                at ->
                                                                        new LineChart.Value(
                                                                                at.tokens(),
                                                                                figure
                                                                                        .applyAsDouble(
                                                                                                at
                                                                                                        .result())))
                                                        .toList())))
                .toList();
    }

    private static String name(RunFiles run) {
        return run.folder().root().toString();
    }

    /** Drops the loss of skipped steps, which may be infinite. */
    private static List<LineChart.Value> finite(List<LineChart.Value> points) {
        return points.stream().filter(point -> Double.isFinite(point.y())).toList();
    }

    /** Returns means of consecutive points, at most {@link #MOST_POINTS}. */
    static List<LineChart.Value> thinned(List<LineChart.Value> points) {
        int size = (points.size() + MOST_POINTS - 1) / MOST_POINTS;
        if (size <= 1) {
            return points;
        }
        List<LineChart.Value> means = new ArrayList<>();
        for (int from = 0; from < points.size(); from += size) {
            List<LineChart.Value> part = points.subList(from, Math.min(points.size(), from + size));
            means.add(
                    new LineChart.Value(
                            part.stream().mapToDouble(LineChart.Value::x).average().orElseThrow(),
                            part.stream().mapToDouble(LineChart.Value::y).average().orElseThrow()));
        }
        return means;
    }
}
