package org.limelm.train.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.core.io.Json;
import org.limelm.train.compare.ComparisonReport.GeneratedSample;
import org.limelm.train.internal.chart.LineChart;

class ComparisonReportTest {
    private final Comparison comparison = ComparisonFigures.of(TestRuns.config(), TestRuns.runs());

    @TempDir private Path folder;

    @Test
    void theJsonHoldsAllFiguresAndIsReadBack() {
        write();
        Comparison read = Json.read(folder.resolve(ComparisonReport.FIGURES), Comparison.class);
        assertThat(read).isEqualTo(comparison);
    }

    @Test
    void theTablesShowTheFiguresOfTheJson() throws IOException {
        write();
        Comparison read = Json.read(folder.resolve(ComparisonReport.FIGURES), Comparison.class);
        String page = Files.readString(folder.resolve(ComparisonReport.PAGE));
        List<String> csv = Files.readAllLines(folder.resolve("csv/results.csv"));
        for (ArmFigures arm : read.arms()) {
            assertThat(page)
                    .contains(
                            "<td>" + cell("%.4f", arm.bitsPerByte()) + "</td>",
                            "<td>" + cell("%.4f", arm.accuracy()) + "</td>",
                            "<td>" + cell("%.2f", arm.perplexity()) + "</td>");
            assertThat(csv)
                    .anySatisfy(
                            line ->
                                    assertThat(line)
                                            .startsWith(arm.arm() + "," + arm.evaluatedIn())
                                            .contains(
                                                    arm.bitsPerByte().bySeed().get(0).toString()));
        }
        ArmFigures lime = read.arms().get(1);
        assertThat(page)
                .contains(
                        "2,000 (50 %)", "+5.00 [+5.00, +5.00]", "better", "2 seed(s) × 10 passages")
                .contains(
                        String.format(
                                Locale.ROOT,
                                "%.1f %%",
                                100
                                        * lime.efficiency()
                                                .orElseThrow()
                                                .costShare()
                                                .orElseThrow()
                                                .mean()));
    }

    @Test
    void theCsvFilesHoldTheFiguresOfEveryTable() throws IOException {
        write();
        ArmFigures lime = comparison.arms().get(1);
        ArmFigures.Efficiency efficiency = lime.efficiency().orElseThrow();
        assertThat(csv("efficiency", 1))
                .containsEntry("tokens", "2000.0")
                .containsEntry("tokens_min", "2000.0")
                .containsEntry("token_share_max", "0.5")
                .containsEntry(
                        "cost_share_min",
                        Double.toString(efficiency.costShare().orElseThrow().minimum()));
        ArmFigures.Overhead cost = lime.overhead();
        assertThat(csv("overhead", 2))
                .containsEntry("arm", "lime/causal")
                .containsEntry("parameters", "1010")
                .containsEntry("parameter_share", Double.toString(cost.parameterShare()))
                .containsEntry("training_seconds", "11.0")
                .containsEntry("training_seconds_sd", "0.0")
                .containsEntry("time_ratio", Double.toString(cost.timeRatio()))
                .containsEntry(
                        "annotation_share", Double.toString(cost.annotationShare().orElseThrow()));
        assertThat(csv("overhead", 1)).containsEntry("annotation_share", "");
        Spread suffixes = lime.classes().get(1).difference();
        assertThat(csv("classes", 4))
                .containsEntry("class", "word suffix")
                .containsEntry("difference_min", Double.toString(suffixes.minimum()))
                .containsEntry("difference_max", Double.toString(suffixes.maximum()));
    }

    /** Returns the cells of a line by column. */
    private Map<String, String> csv(String name, int line) throws IOException {
        List<String> lines = Files.readAllLines(folder.resolve("csv/" + name + ".csv"));
        List<String> columns = List.of(lines.get(0).split(","));
        String[] cells = lines.get(line).split(",", -1);
        assertThat(cells).hasSameSizeAs(columns);
        Map<String, String> byColumn = new LinkedHashMap<>();
        for (int i = 0; i < cells.length; i++) {
            byColumn.put(columns.get(i), cells[i]);
        }
        return byColumn;
    }

    @Test
    void evaluationsOfOneArmWithOtherTagsHaveChartsOfTheirOwn() throws IOException {
        List<ArmFigures> arms = new ArrayList<>(comparison.arms());
        ArmFigures lime = arms.get(1);
        JsonNode joint =
                Json.parse(
                        Json.toLine(lime).replace("\"observed\"", "\"joint\""),
                        JsonNode.class,
                        "test");
        arms.add(Json.convert(joint, ArmFigures.class, "test"));
        Comparison three =
                new Comparison(
                        comparison.title(),
                        comparison.provenance(),
                        comparison.seeds(),
                        comparison.classTags(),
                        arms,
                        comparison.runs());
        new ComparisonReport(three, Map.of()).write(folder);
        try (Stream<Path> charts = Files.list(folder.resolve("charts"))) {
            assertThat(charts.map(file -> file.getFileName().toString()))
                    .contains(
                            "classes-lime-causal-in-causal-observed.png",
                            "classes-lime-causal-in-causal-joint.png");
        }
        assertThat(new ComparisonReport(three, Map.of()).toHtml())
                .contains("in causal (observed) against", "in causal (joint) against");
    }

    @Test
    void chartsOfArmsThatAreNoLongerComparedAreDeleted() throws IOException {
        Path charts = Files.createDirectories(folder.resolve("charts"));
        Path removed = Files.createFile(charts.resolve("classes-plain-in-none-none.png"));
        Path own = Files.createFile(charts.resolve("slides.png"));
        write();
        assertThat(removed).doesNotExist();
        assertThat(own).exists();
        assertThat(charts.resolve("classes-lime-causal-in-causal-observed.png")).exists();
    }

    @Test
    void thePageIsSelfContainedAndEscaped() {
        String page =
                new ComparisonReport(
                                comparison,
                                Map.of("lime/causal", new GeneratedSample("<b>", "<script>&")))
                        .toHtml();
        assertThat(page)
                .contains("Test &lt;arms&gt;", "&lt;b&gt;", "&lt;script&gt;&amp;", "<svg")
                .contains("0123456789", "compare.yaml, seeds [1, 2]", "processor")
                .doesNotContain("<script>", "http://", "https://");
    }

    @Test
    void theTextTableShowsMeanSpreadAndTokensToTheBaselinesAccuracy() {
        assertThat(new ComparisonTables(comparison).results().toText().lines())
                .anySatisfy(
                        line ->
                                assertThat(line)
                                        .startsWith("lime/causal")
                                        .contains("0.2500 ± 0.0000")
                                        .endsWith("2,000 (50 %)"))
                .anySatisfy(line -> assertThat(line).startsWith("baseline").endsWith("–"));
    }

    @Test
    void upperBoundsOfDataEfficiencyAreMarked() throws IOException {
        Comparison early = withCurve(point(1_000, .21), point(2_000, .22), point(4_000, .25));
        new ComparisonReport(early, Map.of()).write(folder);

        assertThat(Files.readString(folder.resolve(ComparisonReport.PAGE)))
                .contains("<td>≤ 1,000 (25 %)</td>", "<td>≤ 25.0 % (25.0 % to 25.0 %)</td>")
                .contains("<td>≤ 25 % [≤ 25 %, ≤ 25 %]</td>");
        assertThat(csv("efficiency", 1))
                .containsEntry("upper_bound", "true")
                .containsEntry("share_at_first_evaluation", "0.25")
                .containsEntry("token_share_of_means", "0.25");
        assertThat(new ComparisonTables(comparison).efficiency().rows().toString())
                .doesNotContain("≤");
    }

    @Test
    void aCurveOfOnePointHasNoDataEfficiency() {
        Comparison atTheEnd = withCurve(point(4_000, .25));
        assertThat(atTheEnd.arms().get(1).efficiency()).isEmpty();
        assertThat(new ComparisonReport(atTheEnd, Map.of()).toHtml())
                .doesNotContain("Data efficiency");
    }

    private static Comparison withCurve(CurvePoint... curve) {
        return ComparisonFigures.of(
                TestRuns.config(), TestRuns.withCurve(TestRuns.runs(), List.of(curve)));
    }

    @Test
    void curvesAverageOnlyWhatAllSeedsHave() {
        List<CurvePoint> one = List.of(point(100, 0.1), point(300, 0.3));
        List<CurvePoint> two = List.of(point(100, 0.2), point(200, 0.25), point(300, 0.4));

        assertThat(ReportCharts.mean(List.of(one, two), CurvePoint::accuracy))
                .extracting(LineChart.Value::x)
                .containsExactly(100.0, 300.0);
        assertThat(ReportCharts.mean(List.of(one, two), CurvePoint::accuracy).get(1).y())
                .isCloseTo(0.35, within(1e-12));
    }

    private static CurvePoint point(long tokens, double accuracy) {
        return new CurvePoint(tokens, 1, accuracy);
    }

    private void write() {
        new ComparisonReport(comparison, Map.of()).write(folder);
    }

    private static String cell(String pattern, Spread spread) {
        return String.format(Locale.ROOT, pattern, spread.mean())
                + " ± "
                + String.format(Locale.ROOT, pattern, spread.standardDeviation().orElseThrow());
    }
}
