package org.limelm.model.bench;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import org.junit.jupiter.api.Test;
import org.limelm.model.decoder.Recompute;
import org.limelm.model.decoder.TestModels;
import org.limelm.model.torch.Precision;

class StepBenchmarkTest {
    @Test
    void theFiguresFitTogether() {
        StepBenchmark.Setup setup =
                new StepBenchmark.Setup(
                        TestModels.micro(), TestModels.SCHEMA, Precision.F32, Recompute.NONE, 2, 3);
        StepBenchmark.Result result = StepBenchmark.run(setup, Device.cpu());
        assertThat(result.tokensPerStep()).isEqualTo(48);
        assertThat(result.tokensPerSecond()).isPositive();
        assertThat(result.lowestRatio()).isPositive().isLessThanOrEqualTo(result.ratio());
        assertThat(result.highestRatio()).isGreaterThanOrEqualTo(result.ratio()).isLessThan(1);
        assertThat(result.threads()).isEqualTo(1);
    }
}
