package org.limelm.model.bench;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.limelm.core.io.Json;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.model.decoder.Batch;
import org.limelm.model.decoder.Gradients;
import org.limelm.model.decoder.LimeDecoder;
import org.limelm.model.decoder.ModelConfig;
import org.limelm.model.decoder.ModelPresets;
import org.limelm.model.decoder.Recompute;
import org.limelm.model.torch.Devices;
import org.limelm.model.torch.MatmulPeak;
import org.limelm.model.torch.OptimizerKernels;
import org.limelm.model.torch.Precision;
import org.limelm.model.torch.Threads;

/**
 * Times whole training steps (forward, backward, clipping by the global norm, AdamW) and matrix
 * products in turn, so that both see the same machine in the same minutes. What counts is the
 * ratio: other load on the machine slows both.
 */
public final class StepBenchmark {
    private static final int WARM_UP_STEPS = 3;
    private static final int PRODUCTS = 4;

    private StepBenchmark() {}

    /**
     * What to measure.
     *
     * @param model the architecture
     * @param tables metadata tables; random tags are looked up
     * @param precision format of computation
     * @param recompute which layers recompute
     * @param batchSize rows per step
     * @param steps steps timed, after a warm-up
     */
    public record Setup(
            ModelConfig model,
            MetadataSchema tables,
            Precision precision,
            Recompute recompute,
            int batchSize,
            int steps) {}

    /**
     * What was measured. Medians are over the steps; a ratio compares a step with the products
     * right before and after it.
     *
     * @param precision format of computation
     * @param device where it ran
     * @param threads threads of an operator on the CPU
     * @param parameters trained numbers
     * @param tokensPerStep rows times context length
     * @param tokensPerSecond median
     * @param flopsPerToken see {@link ModelConfig#flopsPerToken}
     * @param peakFlopsPerSecond median of the matrix products
     * @param ratio median of step flops per second / peak
     * @param lowestRatio that of the worst step
     * @param highestRatio that of the best step
     * @param peakResidentBytes of the process so far; 0 where the system does not tell
     */
    public record Result(
            Precision precision,
            String device,
            int threads,
            long parameters,
            int tokensPerStep,
            double tokensPerSecond,
            double flopsPerToken,
            double peakFlopsPerSecond,
            double ratio,
            double lowestRatio,
            double highestRatio,
            long peakResidentBytes) {}

    /** Measures on a device, with the threads in force. */
    public static Result run(Setup setup, Device device) {
        ModelConfig config = setup.model();
        int tokens = setup.batchSize() * config.contextLength();
        double flops = config.flopsPerToken(config.contextLength()) * tokens;
        double[] seconds = new double[setup.steps()];
        double[] peaks = new double[setup.steps() + 1];
        try (MatmulPeak peak = new MatmulPeak(setup.precision(), device);
                NDManager manager = NDManager.newBaseManager(device, "PyTorch");
                Trial trial = new Trial(setup, manager)) {
            for (int i = 0; i < WARM_UP_STEPS; i++) {
                trial.step();
            }
            peaks[0] = peak.flopsPerSecond(PRODUCTS);
            for (int i = 0; i < setup.steps(); i++) {
                seconds[i] = trial.step();
                peaks[i + 1] = peak.flopsPerSecond(PRODUCTS);
            }
            double[] ratios = new double[setup.steps()];
            for (int i = 0; i < ratios.length; i++) {
                ratios[i] = flops / seconds[i] / ((peaks[i] + peaks[i + 1]) / 2);
            }
            return new Result(
                    setup.precision(),
                    device.toString(),
                    Threads.inUse(),
                    trial.model.parameterCount(),
                    tokens,
                    tokens / median(seconds),
                    flops / tokens,
                    median(peaks),
                    median(ratios),
                    Arrays.stream(ratios).min().orElse(0),
                    Arrays.stream(ratios).max().orElse(0),
                    ProcessMemory.peakResidentBytes());
        }
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    /** A model, its optimizer's state and one batch of random tokens. */
    private static final class Trial implements AutoCloseable {
        private final NDManager manager;
        private final LimeDecoder model;
        private final OptimizerKernels optimizer = new OptimizerKernels();
        private final Gradients sums;
        private final NDList weights;
        private final NDList means = new NDList();
        private final NDList squares = new NDList();
        private final NDList counts = new NDList();
        private final Batch batch;

        Trial(Setup setup, NDManager manager) {
            this.manager = manager;
            model =
                    LimeDecoder.create(
                            setup.model(),
                            setup.tables(),
                            setup.precision(),
                            setup.recompute(),
                            manager,
                            0);
            sums = Gradients.of(model);
            weights = new NDList(model.parameters().values());
            for (NDArray weight : weights) {
                means.add(manager.zeros(weight.getShape()));
                squares.add(manager.zeros(weight.getShape()));
                counts.add(manager.zeros(new Shape()));
            }
            Random random = new Random(0);
            Shape shape = new Shape(setup.batchSize(), setup.model().contextLength());
            NDArray tokens = ids(random, shape, setup.model().vocabularySize());
            NDArray targets = ids(random, shape, setup.model().vocabularySize());
            List<NDArray> tags = new ArrayList<>();
            setup.tables().features().forEach(f -> tags.add(ids(random, shape, f.size())));
            batch = new Batch(tokens, targets, tags, Optional.empty());
        }

        private NDArray ids(Random random, Shape shape, int bound) {
            return manager.create(random.longs(shape.size(), 0, bound).toArray(), shape);
        }

        /** Returns the seconds of one training step. */
        double step() {
            long start = System.nanoTime();
            try (NDManager scope = manager.newSubManager()) {
                sums.reset();
                model.accumulate(batch, (double) batch.targets().size(), sums, scope);
                NDList gradients = sums.ordered();
                double norm = optimizer.globalNorm(gradients, scope).getFloat();
                if (norm > 1) {
                    optimizer.scaleInPlace(gradients, 1 / norm);
                }
                optimizer.adamW(
                        weights, gradients, means, squares, counts, 1e-4, 0.9, 0.95, 1e-8, 0.1);
                model.weightsChanged();
                weights.get(0).get(0).toFloatArray(); // waits for a device that lags
            }
            return (System.nanoTime() - start) / 1e9;
        }

        @Override
        public void close() {
            sums.close();
            model.close();
            optimizer.close();
        }
    }

    /**
     * Measures the {@code mini} preset in both precisions and prints one JSON object a line.
     *
     * @param args threads (0: the engine's choice), steps, device
     */
    public static void main(String[] args) {
        Threads.use(args.length > 0 ? Integer.parseInt(args[0]) : 0);
        int steps = args.length > 1 ? Integer.parseInt(args[1]) : 10;
        Device device = Devices.of(args.length > 2 ? args[2] : "auto");
        for (Precision precision : Precision.values()) {
            Setup setup =
                    new Setup(
                            ModelPresets.mini(),
                            MetadataSchema.EMPTY,
                            precision,
                            Recompute.NONE,
                            16,
                            steps);
            System.out.println(Json.toLine(run(setup, device)));
        }
    }
}
