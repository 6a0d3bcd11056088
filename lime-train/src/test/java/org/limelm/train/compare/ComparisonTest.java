package org.limelm.train.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.limelm.core.LimeException;
import org.limelm.train.compare.ComparisonRow.CurvePoint;

class ComparisonTest {
    private static final long SCORED_BYTES = 400;
    private static final List<CurvePoint> SLOW =
            List.of(new CurvePoint(1_000, 6, .10), new CurvePoint(2_000, 5, .20));
    private static final List<CurvePoint> FAST =
            List.of(new CurvePoint(1_000, 5, .15), new CurvePoint(2_000, 4, .25));

    @Test
    void tokensToReachAnAccuracyAreInterpolated() {
        assertThat(ComparisonRow.tokensToReach(FAST, .20)).hasValue(1_500L);
        assertThat(ComparisonRow.tokensToReach(FAST, .15)).hasValue(1_000L);
        assertThat(ComparisonRow.tokensToReach(FAST, .075)).hasValue(500L);
        assertThat(ComparisonRow.tokensToReach(FAST, .26)).isEmpty();
    }

    @Test
    void theTableShowsTokensRelativeToTheBaseline() {
        Comparison comparison = comparison();
        assertThat(comparison.rows().get(1).tokensToBaseline()).hasValue(1_500);
        assertThat(comparison.toTable().lines())
                .anySatisfy(
                        line -> assertThat(line).startsWith("lime/full").endsWith("1,500 (75 %)"))
                .anySatisfy(
                        line -> assertThat(line).startsWith("baseline").endsWith("2,000 (100 %)"));
    }

    @Test
    void aRowWithoutACurveShowsNoTokens() {
        assertThat(comparison().cells().get(2)).last().isEqualTo("–");
    }

    @Test
    void theReportEscapesGeneratedText() {
        String html =
                new HtmlReport(
                                comparison(),
                                List.of("a < b"),
                                Map.of(
                                        "lime/causal",
                                        new HtmlReport.GeneratedSample("<b>", "<script>&")))
                        .toHtml();
        assertThat(html)
                .contains("a &lt; b", "&lt;b&gt;", "&lt;script&gt;&amp;", "<svg", "lime/full")
                .doesNotContain("<script>");
    }

    @Test
    void anEmptyComparisonIsRejected() {
        assertThatThrownBy(() -> Comparison.of("empty", Map.of(), List.of()))
                .hasMessage("[comparison empty] no arm to compare");
    }

    @Test
    void armsThatWereScoredOnOtherBytesAreNotCompared() {
        List<ComparisonRow> unequal =
                List.of(row("baseline", .20, SLOW), row("lime/full", .25, FAST, SCORED_BYTES + 1));
        assertThatThrownBy(() -> Comparison.of("unequal", Map.of(), unequal))
                .isInstanceOf(LimeException.class)
                .hasMessageContainingAll("unequal", "401", "400", "evaluation.tokens=0");
    }

    @Test
    void everyRowSaysHowManyBytesWereScored() {
        assertThat(Comparison.header()).contains("bytes scored");
        assertThat(comparison().cells()).allSatisfy(cells -> assertThat(cells).contains("400"));
    }

    private static Comparison comparison() {
        return Comparison.of(
                "test",
                Map.of("seed", "1"),
                List.of(
                        row("baseline", .20, SLOW),
                        row("lime/full", .25, FAST),
                        row("lime/full", .15, List.of())));
    }

    private static ComparisonRow row(String arm, double accuracy, List<CurvePoint> curve) {
        return row(arm, accuracy, curve, SCORED_BYTES);
    }

    private static ComparisonRow row(
            String arm, double accuracy, List<CurvePoint> curve, long bytes) {
        return new ComparisonRow(
                arm,
                "full",
                "oracle",
                1_000,
                5,
                148.4,
                2,
                accuracy,
                100,
                bytes,
                OptionalLong.empty(),
                curve);
    }
}
