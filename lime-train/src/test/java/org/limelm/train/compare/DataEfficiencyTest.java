package org.limelm.train.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.limelm.train.compare.ArmFigures.Efficiency;
import org.limelm.train.compare.ArmFigures.MeanCurveShare;
import org.limelm.train.evaluation.Sums;

class DataEfficiencyTest {
    private static final int UNITS = 100;
    private static final int TOKENS = 100;

    /** Begins just above the accuracy at which the baseline ends, .20. */
    private static final List<CurvePoint> EARLY =
            List.of(
                    new CurvePoint(1_000, 3, .201),
                    new CurvePoint(2_000, 3, .25),
                    new CurvePoint(4_000, 3, .30));

    private final List<MeasuredRun> baseline = runs("baseline");
    private final List<MeasuredRun> arm = runs("lime/causal");

    @Test
    void theIntervalIsAsWideAsTheTextIsVaried() {
        MeanCurveShare even = share(baseline, arm, 0);
        MeanCurveShare varied = share(baseline, arm, 8);

        assertThat(even.share()).hasValue(0.5);
        assertThat(even.low()).hasValue(0.5);
        assertThat(even.high()).hasValue(0.5);
        assertThat(varied.share().orElseThrow()).isCloseTo(0.5, within(1e-12));
        assertThat(varied.low().orElseThrow()).isBetween(0.3, 0.499);
        assertThat(varied.high().orElseThrow()).isBetween(0.501, 0.8);
    }

    @Test
    void anAccuracyThatIsNeverReachedHasNoShare() {
        MeanCurveShare share = share(/* baseline= */ arm, /* arm= */ baseline, 0);

        assertThat(share.share()).isEmpty();
        assertThat(share.low()).isEmpty();
        assertThat(share.high()).isEmpty();
    }

    @Test
    void theUpperEndIsOpenIfSomeReplicatesDoNotReachIt() {
        MeanCurveShare share = share(baseline, baseline, 8);

        assertThat(share.share()).hasValue(1);
        assertThat(share.low().orElseThrow()).isLessThan(1);
        assertThat(share.high()).isEmpty();
    }

    @Test
    void whatIsReachedAtTheFirstEvaluationIsAnUpperBound() {
        List<MeasuredRun> early = runs("lime/causal", TestRuns.withCurve(TestRuns.runs(), EARLY));
        Efficiency figures = figures(baseline, early, 8);
        MeanCurveShare share = figures.tokenShareOfMeans().orElseThrow();

        assertThat(figures.upperBound()).isTrue();
        assertThat(figures.tokenShare().orElseThrow().mean()).isEqualTo(0.25);
        assertThat(share.first()).isEqualTo(0.25);
        assertThat(share.share()).hasValue(0.25);
        assertThat(share.isUpperBound(0.25)).isTrue();
        assertThat(share.high().orElseThrow()).isGreaterThan(0.25);
        assertThat(figures(baseline, arm, 0).upperBound()).isFalse();
        assertThat(share.isUpperBound(share.high().orElseThrow())).isFalse();
    }

    /** Returns the share for final scores whose difference varies between units of text. */
    private static MeanCurveShare share(
            List<MeasuredRun> baseline, List<MeasuredRun> arm, double variation) {
        return figures(baseline, arm, variation).tokenShareOfMeans().orElseThrow();
    }

    private static Efficiency figures(
            List<MeasuredRun> baseline, List<MeasuredRun> arm, double variation) {
        Random random = new Random(1);
        List<Sums> before = new ArrayList<>();
        List<Sums> after = new ArrayList<>();
        for (int unit = 0; unit < UNITS; unit++) {
            before.add(new Sums(TOKENS, TOKENS, 0, 20));
            long correct = Math.round(30 + variation * random.nextGaussian());
            after.add(new Sums(TOKENS, TOKENS, 0, correct));
        }
        PairedBootstrap bootstrap =
                new PairedBootstrap(List.of(before, before), List.of(after, after), 500);
        return new DataEfficiency(baseline, arm, bootstrap).figures();
    }

    private static List<MeasuredRun> runs(String label) {
        return runs(label, TestRuns.runs());
    }

    private static List<MeasuredRun> runs(String label, List<MeasuredRun> all) {
        return all.stream().filter(run -> run.plan().label().equals(label)).toList();
    }
}
