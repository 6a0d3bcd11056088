package org.limelm.train.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.limelm.model.bench.OptimizerBenchmark;

/**
 * The end of a step, in its parts: global norm, AdamW with moments in float32 and bfloat16, weight
 * averaging, Muon. Bytes read and written are bound by the memory's bandwidth, Muon's products by
 * the matmul peak.
 */
final class OptimizerSection implements BenchSection {
    @Override
    public List<Figure> run(BenchSettings settings, Consumer<String> progress) {
        progress.accept("optimizer");
        List<Figure> figures = new ArrayList<>();
        try (OptimizerBenchmark benchmark =
                new OptimizerBenchmark(settings.model(), settings.device())) {
            for (OptimizerBenchmark.Result part : benchmark.run(settings.steps())) {
                boolean products = part.what().startsWith("muon");
                Samples speed = new Samples(part.perSecond());
                figures.add(
                        Figure.of("optimizer", part.what(), products ? "FLOP/s" : "bytes/s", speed)
                                .within(
                                        new Figure.Limit(
                                                products ? "matmul peak" : "memory bandwidth",
                                                part.limitPerSecond()),
                                        part.ratio()));
            }
        }
        return figures;
    }
}
