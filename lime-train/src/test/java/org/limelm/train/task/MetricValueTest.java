package org.limelm.train.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Figures and standard errors computed by hand. */
class MetricValueTest {
    private static final double CLOSE = 1e-12;

    @Test
    void aShareHasTheStandardErrorOfAMean() {
        MetricValue value =
                MetricValue.of(
                        Metric.ACCURACY,
                        List.of(
                                Sample.of(true),
                                Sample.of(true),
                                Sample.of(true),
                                Sample.of(false)));
        assertThat(value.value()).isEqualTo(0.75);
        assertThat(value.samples()).isEqualTo(4);
        // Squared residuals 3/16 + 9/16 = 3/4; variance 1/4; divided by 4 and rooted.
        assertThat(value.standardError().orElseThrow()).isCloseTo(0.25, within(CLOSE));
    }

    @Test
    void perplexityIsTheExponentialOfTheMean() {
        MetricValue value =
                MetricValue.of(Metric.PERPLEXITY, List.of(Sample.of(1.0), Sample.of(3.0)));
        assertThat(value.value()).isCloseTo(Math.exp(2), within(CLOSE));
        // Standard error of the mean: sqrt(2 / 2) = 1.
        assertThat(value.standardError().orElseThrow()).isCloseTo(Math.exp(2), within(CLOSE));
    }

    @Test
    void bitsPerByteDividesSums() {
        MetricValue value =
                MetricValue.of(Metric.BITS_PER_BYTE, List.of(new Sample(6, 2), new Sample(2, 2)));
        assertThat(value.value()).isEqualTo(2);
        // Residuals 2 and −2: sqrt(8 · 2 / 1) / 4 = 1.
        assertThat(value.standardError().orElseThrow()).isCloseTo(1, within(CLOSE));
        MetricValue uneven =
                MetricValue.of(Metric.BITS_PER_BYTE, List.of(new Sample(9, 1), new Sample(1, 9)));
        assertThat(uneven.value()).isEqualTo(1);
    }

    @Test
    void oneExampleHasNoStandardError() {
        MetricValue value = MetricValue.of(Metric.ACCURACY, List.of(Sample.of(true)));
        assertThat(value.standardError()).isEmpty();
    }
}
