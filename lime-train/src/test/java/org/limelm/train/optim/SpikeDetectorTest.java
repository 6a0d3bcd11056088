package org.limelm.train.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpikeDetectorTest {
    private static final int WARM = 64;

    private static SpikeDetector warmedUp(double sigma) {
        SpikeDetector detector = new SpikeDetector(sigma, 0, List.of());
        for (int i = 0; i < WARM; i++) {
            assertThat(detector.limit(i + 1)).isGreaterThan(1 + 0.1 * (i % 3));
            detector.add(1 + 0.1 * (i % 3));
        }
        return detector;
    }

    @Test
    void normsFarAboveRecentOnesAreSpikes() {
        assertThat(warmedUp(6).limit(WARM + 1)).isBetween(1.3, 2.0);
    }

    @Test
    void zeroSigmaDisablesDetection() {
        assertThat(warmedUp(0).limit(WARM + 1)).isInfinite();
    }

    @Test
    void nothingIsASpikeBeforeEnoughNormsAreKnown() {
        SpikeDetector detector = new SpikeDetector(6, 0, List.of());
        detector.add(1);
        assertThat(detector.limit(2)).isInfinite();
    }

    @Test
    void limitDoesNotDependOnTheLastNorm() {
        SpikeDetector early = warmedUp(6);
        SpikeDetector late = warmedUp(6);
        for (int step = WARM + 1; step < 3 * WARM; step++) {
            double norm = 1 + 0.01 * (step % 7);
            early.add(norm); // at once
            double expected = early.limit(step + 1);
            assertThat(late.limit(step + 1)).isEqualTo(expected); // before the last norm is added
            late.add(norm);
        }
    }

    @Test
    void nonFiniteNormsAreExcludedFromStatistics() {
        SpikeDetector detector = warmedUp(6);
        detector.add(Double.NaN);
        detector.add(Double.POSITIVE_INFINITY);
        assertThat(detector.limit(WARM + 4)).isBetween(1.3, 2.0);
        assertThat(detector.history()).hasSize(WARM + 2);
    }

    @Test
    void permanentChangesOfLevelBecomeNormal() {
        SpikeDetector detector = warmedUp(6);
        int skipped = 0;
        for (int step = WARM + 1; step <= WARM + 20; step++) {
            skipped += 5 > detector.limit(step) ? 1 : 0;
            detector.add(5);
        }
        assertThat(skipped).isBetween(1, 6);
    }

    @Test
    void restoredHistoryGivesTheSameLimits() {
        SpikeDetector detector = warmedUp(6);
        SpikeDetector copy = new SpikeDetector(6, WARM, detector.history());
        long step = WARM;
        for (double norm = 1; norm < 12; norm += 0.05) {
            step++;
            assertThat(copy.limit(step)).isEqualTo(detector.limit(step));
            detector.add(norm);
            copy.add(norm);
        }
        assertThat(copy.history()).isEqualTo(detector.history());
    }

    @Test
    void limitsOfStepsTooFarAheadAreRejected() {
        assertThatThrownBy(() -> warmedUp(6).limit(WARM + 3))
                .isInstanceOf(IllegalStateException.class);
    }
}
