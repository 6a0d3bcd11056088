package org.limelm.train.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import java.util.List;
import org.junit.jupiter.api.Test;

class AccuracyCurveTest {
    @Test
    void adjacentViolatorsArePooledToTheirMean() {
        assertThat(AccuracyCurve.fit(new double[] {1, 3, 2, 4, 3.5, 3}))
                .containsExactly(new double[] {1, 2.5, 2.5, 3.5, 3.5, 3.5}, offset(1e-12));
        assertThat(AccuracyCurve.fit(new double[] {3, 2, 1})).containsExactly(2, 2, 2);
        assertThat(AccuracyCurve.fit(new double[] {1, 2, 3})).containsExactly(1, 2, 3);
    }

    @Test
    void tokensAreInterpolatedInTheirLogarithm() {
        AccuracyCurve curve = curve(.10, .20, .30);
        assertThat(curve.tokensToReach(.20)).hasValue(2_000);
        assertThat(curve.tokensToReach(.15).orElseThrow())
                .isEqualTo(1_000 * Math.sqrt(2), offset(1e-6));
        assertThat(curve.tokensToReach(.25).orElseThrow())
                .isEqualTo(2_000 * Math.sqrt(2), offset(1e-6));
    }

    @Test
    void anAccuracyAboveTheCurveIsNotReachedAndOneBelowGivesTheFirstPoint() {
        AccuracyCurve curve = curve(.10, .20, .30);
        assertThat(curve.tokensToReach(.31)).isEmpty();
        assertThat(curve.tokensToReach(.05)).hasValue(1_000);
        assertThat(curve.beginsAt(.10)).isTrue();
        assertThat(curve.beginsAt(.11)).isFalse();
    }

    @Test
    void aNoisyPeakDoesNotCountAsReached() {
        AccuracyCurve curve = curve(.10, .30, .20);
        assertThat(curve.last()).isEqualTo(.25, offset(1e-12));
        assertThat(curve.tokensToReach(.28)).isEmpty();
    }

    /** A curve with points after 1,000, 2,000 and 4,000 tokens. */
    private static AccuracyCurve curve(double first, double second, double third) {
        return new AccuracyCurve(
                List.of(
                        new CurvePoint(1_000, 2, first),
                        new CurvePoint(2_000, 2, second),
                        new CurvePoint(4_000, 2, third)));
    }
}
