package org.limelm.train.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.limelm.train.compare.ArmFigures.MeanCurveShare;
import org.limelm.train.evaluation.Sums;

class DataEfficiencyTest {
    private static final int UNITS = 100;
    private static final int TOKENS = 100;

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

    /** Returns the share for final scores whose difference varies between units of text. */
    private static MeanCurveShare share(
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
        return new DataEfficiency(baseline, arm, bootstrap)
                .figures()
                .tokenShareOfMeans()
                .orElseThrow();
    }

    private static List<MeasuredRun> runs(String label) {
        return TestRuns.runs().stream().filter(run -> run.plan().label().equals(label)).toList();
    }
}
