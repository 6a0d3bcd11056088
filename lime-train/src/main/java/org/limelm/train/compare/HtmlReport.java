package org.limelm.train.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.limelm.train.compare.ComparisonRow.CurvePoint;
import org.limelm.train.table.Html;
import org.limelm.train.table.HtmlTable;

/**
 * A comparison as one HTML page that needs nothing beside itself.
 *
 * @param comparison the figures
 * @param notes paragraphs that say how to read them
 * @param samples generated text by its caption
 */
public record HtmlReport(
        Comparison comparison, List<String> notes, Map<String, GeneratedSample> samples) {
    /**
     * Text that a model wrote.
     *
     * @param prompt what it was given
     * @param continuation what it added
     */
    public record GeneratedSample(String prompt, String continuation) {}

    public HtmlReport {
        notes = List.copyOf(notes);
    }

    /** Returns the page. */
    public String toHtml() {
        StringBuilder page = new StringBuilder(HtmlTable.head(comparison.title()));
        page.append(HtmlTable.table(Comparison.header(), comparison.cells()));
        notes.forEach(note -> page.append("<p>").append(Html.escape(note)).append("</p>\n"));
        page.append("<h2>Curves</h2>\n");
        page.append(chart("Validation accuracy", "accuracy", CurvePoint::accuracy));
        page.append(chart("Validation loss", "loss, nats per token", CurvePoint::lossNats));
        samples(page);
        provenance(page);
        return page.append(HtmlTable.foot()).toString();
    }

    private String chart(String title, String unit, ToDoubleFunction<CurvePoint> figure) {
        List<LineChart.Series> lines = new ArrayList<>();
        for (ComparisonRow row : comparison.rows()) {
            lines.add(
                    new LineChart.Series(
                            row.arm(),
                            row.curve().stream()
                                    .map(
                                            point ->
                                                    new LineChart.Point(
                                                            point.tokens(),
                                                            figure.applyAsDouble(point)))
                                    .toList()));
        }
        boolean drawable = lines.stream().anyMatch(line -> !line.points().isEmpty());
        return drawable
                ? new LineChart(title, "training tokens", unit, lines).toSvg()
                : "<p>No evaluation during training: no curve.</p>\n";
    }

    private void samples(StringBuilder page) {
        if (samples.isEmpty()) {
            return;
        }
        page.append("<h2>Generated text</h2>\n");
        samples.forEach(
                (caption, sample) ->
                        page.append("<p>")
                                .append(Html.escape(caption))
                                .append("</p><blockquote><span class=\"prompt\">")
                                .append(Html.escape(sample.prompt()))
                                .append("</span>")
                                .append(Html.escape(sample.continuation()))
                                .append("</blockquote>\n"));
    }

    private void provenance(StringBuilder page) {
        page.append("<h2>Provenance</h2>\n<dl>\n");
        comparison
                .provenance()
                .forEach(
                        (key, value) ->
                                page.append("<dt>")
                                        .append(Html.escape(key))
                                        .append("</dt><dd>")
                                        .append(Html.escape(value))
                                        .append("</dd>\n"));
        page.append("</dl>\n");
    }
}
