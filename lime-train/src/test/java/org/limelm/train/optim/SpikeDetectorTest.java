package org.limelm.train.optim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpikeDetectorTest {
    private static SpikeDetector warmedUp(double sigma) {
        SpikeDetector detector = new SpikeDetector(sigma, List.of());
        for (int i = 0; i < 64; i++) {
            assertThat(detector.isSpike(1 + 0.1 * (i % 3))).isFalse();
        }
        return detector;
    }

    @Test
    void aNormFarAboveTheLastOnesIsASpikeAndAnOrdinaryOneIsNot() {
        assertThat(warmedUp(6).isSpike(1.3)).isFalse();
        assertThat(warmedUp(6).isSpike(5)).isTrue();
    }

    @Test
    void zeroSwitchesItOff() {
        assertThat(warmedUp(0).isSpike(1e9)).isFalse();
    }

    @Test
    void nothingIsASpikeBeforeThereIsEnoughToCompareWith() {
        SpikeDetector detector = new SpikeDetector(6, List.of());
        assertThat(detector.isSpike(1)).isFalse();
        assertThat(detector.isSpike(1000)).isFalse();
    }

    @Test
    void aLevelThatStaysBecomesNormal() {
        SpikeDetector detector = warmedUp(6);
        int skipped = 0;
        for (int i = 0; i < 20; i++) {
            skipped += detector.isSpike(5) ? 1 : 0;
        }
        assertThat(skipped).isBetween(1, 5);
    }

    @Test
    void aDetectorWithTheSameHistoryDecidesTheSame() {
        SpikeDetector detector = warmedUp(6);
        SpikeDetector copy = new SpikeDetector(6, detector.history());
        for (double norm = 1; norm < 3; norm += 0.05) {
            assertThat(copy.isSpike(norm)).isEqualTo(detector.isSpike(norm));
        }
        assertThat(copy.history()).isEqualTo(detector.history());
    }
}
