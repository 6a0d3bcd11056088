package org.limelm.train.internal.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class ChartTest {
    @Test
    void ticksAreRoundNumbers() {
        assertThat(labels(Axis.covering(DoubleStream.of(0.1134, 0.2507), 5)))
                .containsExactly("0.10", "0.15", "0.20", "0.25", "0.30");
        assertThat(labels(Axis.covering(DoubleStream.of(102_400, 819_200), 5)))
                .containsExactly("0.0M", "0.2M", "0.4M", "0.6M", "0.8M", "1.0M");
        assertThat(labels(Axis.covering(DoubleStream.of(-1.2, 3.9), 6)))
                .containsExactly("−2", "−1", "0", "1", "2", "3", "4");
    }

    @Test
    void anAxisThatSpansTheValuesHasRoundTicksInside() {
        Axis axis = Axis.spanning(DoubleStream.of(5_120, 15_360), 7);
        assertThat(axis.low()).isEqualTo(5_120);
        assertThat(axis.high()).isEqualTo(15_360);
        assertThat(labels(axis)).containsExactly("6k", "8k", "10k", "12k", "14k");
    }

    @Test
    void oneValueStillHasAnAxis() {
        Axis axis = Axis.covering(DoubleStream.of(0.3, 0.3), 5);
        assertThat(axis.low()).isLessThan(axis.high());
        assertThat(axis.low()).isLessThanOrEqualTo(0.3);
        assertThat(axis.high()).isGreaterThanOrEqualTo(0.3);
    }

    @Test
    void chartsAreEscapedSvg() {
        assertThat(lines("a<b").toSvg()).contains("<svg", "a&lt;b", "<path").doesNotContain("a<b");
        BarChart bars =
                new BarChart("Bars", "points", List.of(new BarChart.Bar("x & y", -1.5, -2, -1)));
        assertThat(bars.toSvg()).contains("x &amp; y", "−1.50", "<rect");
    }

    @Test
    void aPngShowsTheLineInItsColour() throws IOException {
        Optional<byte[]> png = lines("a").toPng();
        assumeThat(png).as("Skipped: this system has no fonts").isPresent();
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(png.orElseThrow()));
        assertThat(image.getWidth()).isEqualTo(1_520);
        assertThat(image.getRGB(image.getWidth() / 3, 5) & 0xFFFFFF).isEqualTo(0xFFFFFF);
        boolean drawn = false;
        for (int y = 0; y < image.getHeight(); y++) {
            drawn |= (image.getRGB(300, y) & 0xFFFFFF) == 0;
        }
        assertThat(drawn).as("a black pixel of the line in column 300").isTrue();
    }

    @Test
    void aChartWithoutPointsIsRejected() {
        assertThatThrownBy(() -> new LineChart("empty", "x", "y", List.of()))
                .hasMessageContaining("[chart empty] no points");
    }

    private static LineChart lines(String name) {
        return new LineChart(
                "Lines",
                "tokens",
                "accuracy",
                List.of(
                        new LineChart.Series(
                                name,
                                List.of(new LineChart.Value(0, .1), new LineChart.Value(10, .2)))));
    }

    private static List<String> labels(Axis axis) {
        return axis.ticks().stream().map(axis::label).toList();
    }
}
