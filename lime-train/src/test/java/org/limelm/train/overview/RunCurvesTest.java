package org.limelm.train.overview;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.limelm.train.internal.chart.LineChart;

class RunCurvesTest {
    @Test
    void longCurvesAreThinnedToMeansOfConsecutivePoints() {
        List<LineChart.Value> points =
                IntStream.range(0, 1001).mapToObj(i -> new LineChart.Value(i, 2.0 * i)).toList();
        List<LineChart.Value> means = RunCurves.thinned(points);
        assertThat(means).hasSize(167); // 6 points each
        assertThat(means.get(0)).isEqualTo(new LineChart.Value(2.5, 5));
        assertThat(means.get(166)).isEqualTo(new LineChart.Value(998, 1996));
        assertThat(RunCurves.thinned(points.subList(0, 200))).hasSize(200);
    }
}
