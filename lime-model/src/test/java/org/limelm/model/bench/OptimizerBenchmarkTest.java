package org.limelm.model.bench;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.limelm.model.decoder.TestModels;

class OptimizerBenchmarkTest {
    @Test
    void everyPartIsTimedBesideItsLimit() {
        try (OptimizerBenchmark benchmark =
                new OptimizerBenchmark(TestModels.micro(), Device.cpu())) {
            List<OptimizerBenchmark.Result> results = benchmark.run(3);
            assertThat(results)
                    .extracting(OptimizerBenchmark.Result::what)
                    .containsExactly(
                            "norm",
                            "adamw f32",
                            "adamw f32, clipped",
                            "adamw bf16",
                            "average",
                            "muon f32",
                            "muon bf16");
            assertThat(results)
                    .allSatisfy(
                            result -> {
                                assertThat(result.milliseconds()).isPositive();
                                assertThat(result.ratio())
                                        .isEqualTo(result.perSecond() / result.limitPerSecond());
                            });
        }
    }
}
