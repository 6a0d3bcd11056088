package org.limelm.train.compare;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.limelm.train.compare.Comparison.RunFacts;
import org.limelm.train.compare.ComparisonReport.GeneratedSample;
import org.limelm.train.internal.chart.Chart;
import org.limelm.train.internal.table.Html;
import org.limelm.train.internal.table.HtmlTable;

/** A comparison as one self-contained HTML page. */
final class ReportPage {
    private static final int REVISION_CHARS = 10;

    private static final List<String> NOTES =
            List.of(
                    "The runs of a seed share initial weights and data order; arms differ only in"
                            + " what their definitions say. All figures are from the held-out"
                            + " documents.",
                    "'full' tags are computed from whole sentences. They reveal information about"
                            + " words that the model has yet to predict (oracle), and are not"
                            + " available during generation. Such a model evaluated in 'prefix'"
                            + " shows the result when the tagger sees no more text than the model.",
                    "'causal' tags are computed from the text so far in training, evaluation and"
                            + " generation (observed). lime+1 reads the tags of the next token; from"
                            + " the reference text, they are an oracle. 'joint' scores text and tags"
                            + " together; its accuracy is that of the tokens given the annotator's"
                            + " tags, as in the oracle's row.",
                    "Bits per byte can be compared across tokenizations, perplexity and accuracy"
                            + " cannot. An interval that includes 0 means that the arms are level at"
                            + " this size of text.");

    private final Comparison comparison;
    private final Map<String, GeneratedSample> samples;
    private final StringBuilder page = new StringBuilder();

    ReportPage(Comparison comparison, Map<String, GeneratedSample> samples) {
        this.comparison = comparison;
        this.samples = samples;
    }

    /** Returns the page. */
    String toHtml() {
        ComparisonTables tables = new ComparisonTables(comparison);
        ReportCharts charts = new ReportCharts(comparison);
        page.append(HtmlTable.head(comparison.title()));
        table(tables.results());
        charts.curves().values().forEach(this::chart);
        if (comparison.arms().size() > 1) {
            table(tables.differences());
            ReportTable efficiency = tables.efficiency();
            if (!efficiency.rows().isEmpty()) {
                table(efficiency);
            }
        }
        table(tables.overhead());
        cohesion(charts);
        page.append("<h2>How to read this</h2>\n");
        NOTES.forEach(this::paragraph);
        samples();
        provenance();
        return page.append(HtmlTable.foot()).toString();
    }

    private void cohesion(ReportCharts charts) {
        List<ArmFigures> arms =
                comparison.arms().stream()
                        .filter(arm -> arm.difference().isPresent() && !arm.classes().isEmpty())
                        .toList();
        if (arms.isEmpty()) {
            return;
        }
        page.append("<h2>Where arms gain and lose</h2>\n");
        for (ArmFigures arm : arms) {
            CohesionTables tables = new CohesionTables(comparison, arm);
            chart(charts.classes(arm));
            details("All classes: ", tables.classes());
            details("Tokens: ", tables.tokens());
        }
    }

    private void table(ReportTable table) {
        page.append("<h2>").append(Html.escape(table.title())).append("</h2>\n");
        paragraph(table.note());
        page.append(HtmlTable.table(table.header(), table.rows()));
        caption();
    }

    private void details(String prefix, ReportTable table) {
        page.append("<details><summary>")
                .append(Html.escape(prefix + table.title()))
                .append("</summary>\n");
        paragraph(table.note());
        page.append(HtmlTable.table(table.header(), table.rows()));
        caption();
        page.append("</details>\n");
    }

    private void chart(Chart chart) {
        page.append("<div class=\"chart\">").append(chart.toSvg()).append("</div>\n");
        caption();
    }

    /** States below a table or chart what it was measured with. */
    private void caption() {
        String machines =
                comparison.runs().stream()
                        .map(RunFacts::machine)
                        .distinct()
                        .collect(Collectors.joining("; "));
        String revisions =
                comparison.runs().stream()
                        .map(run -> abbreviated(run.revision()))
                        .distinct()
                        .collect(Collectors.joining(", "));
        page.append("<p class=\"caption\">")
                .append(
                        Html.escape(
                                String.format(
                                        Locale.ROOT,
                                        "%s, seeds %s, commit %s, %s",
                                        ArmComparison.CONFIG,
                                        comparison.seeds(),
                                        revisions,
                                        machines)))
                .append("</p>\n");
    }

    private static String abbreviated(String revision) {
        return revision.substring(0, Math.min(REVISION_CHARS, revision.length()));
    }

    private void paragraph(String text) {
        page.append("<p>").append(Html.escape(text)).append("</p>\n");
    }

    private void samples() {
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

    private void provenance() {
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
        page.append(
                HtmlTable.table(
                        List.of("run", "seed", "tokens", "training, s", "commit", "machine"),
                        comparison.runs().stream()
                                .map(
                                        run ->
                                                List.of(
                                                        run.folder(),
                                                        Long.toString(run.seed()),
                                                        Cells.count(run.tokens()),
                                                        Cells.number("%.1f", run.trainingSeconds()),
                                                        abbreviated(run.revision()),
                                                        run.machine()))
                                .toList()));
    }
}
