package org.limelm.train.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.limelm.train.compare.ComparisonRow.CurvePoint;

/**
 * A comparison as one HTML page that needs nothing beside itself.
 *
 * @param comparison the figures
 * @param notes paragraphs that say how to read them
 * @param samples generated text by its caption
 */
public record HtmlReport(
        Comparison comparison, List<String> notes, Map<String, GeneratedSample> samples) {
    private static final String STYLE =
            """
            body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;\
            color:#1a1a1a;background:#fff}
            h1{font-size:1.6rem}h2{font-size:1.15rem;margin-top:2rem}
            table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
            th,td{padding:.35rem .6rem;border-bottom:1px solid #ddd;text-align:right}
            th:first-child,td:first-child{text-align:left}
            .scroll{overflow-x:auto}
            svg{width:100%;height:auto;margin:.5rem 0}
            svg text{font:12px system-ui,sans-serif;fill:#333}svg .title{font-size:14px;font-weight:600}
            svg .grid{stroke:#e5e5e5}
            blockquote{white-space:pre-wrap;margin:.5rem 0;padding:.6rem 1rem;background:#f6f6f4;\
            border-left:3px solid #bbb}
            .prompt{color:#666}
            dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem;font-size:.9rem}
            dt{color:#666}dd{margin:0;overflow-wrap:anywhere}
            """;

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
        StringBuilder page = new StringBuilder();
        String title = Html.escape(comparison.title());
        page.append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n")
                .append("<meta name=\"viewport\" content=\"width=device-width\">\n<title>")
                .append(title)
                .append("</title>\n<style>\n")
                .append(STYLE)
                .append("</style></head><body>\n<h1>")
                .append(title)
                .append("</h1>\n");
        table(page);
        notes.forEach(note -> page.append("<p>").append(Html.escape(note)).append("</p>\n"));
        page.append("<h2>Curves</h2>\n");
        page.append(chart("Validation accuracy", "accuracy", CurvePoint::accuracy));
        page.append(chart("Validation loss", "loss, nats per token", CurvePoint::lossNats));
        samples(page);
        provenance(page);
        return page.append("</body></html>\n").toString();
    }

    private void table(StringBuilder page) {
        page.append("<div class=\"scroll\"><table><thead><tr>");
        Comparison.header()
                .forEach(name -> page.append("<th>").append(Html.escape(name)).append("</th>"));
        page.append("</tr></thead><tbody>\n");
        for (List<String> row : comparison.cells()) {
            page.append("<tr>");
            row.forEach(cell -> page.append("<td>").append(Html.escape(cell)).append("</td>"));
            page.append("</tr>\n");
        }
        page.append("</tbody></table></div>\n");
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
