package org.limelm.model.bench;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.model.decoder.ModelConfig;
import org.limelm.model.decoder.ParameterSpec;
import org.limelm.model.torch.MatmulPeak;
import org.limelm.model.torch.MemoryBandwidth;
import org.limelm.model.torch.OptimizerKernels;
import org.limelm.model.torch.Precision;
import org.limelm.model.torch.RoundingNoise;

/**
 * Times the parts of an update of all weights of a model beside the machine's limit: the memory
 * bandwidth for what reads and writes every number once, the matrix products for Muon. Limits are
 * measured right before and after what is compared with them.
 */
public final class OptimizerBenchmark implements AutoCloseable {
    private static final OptimizerKernels.Adam ADAM =
            new OptimizerKernels.Adam(1e-4, 0.9, 0.95, 1e-8, 0.1);
    private static final int NEWTON_SCHULZ_STEPS = 5;

    private final NDManager manager;
    private final OptimizerKernels kernels = new OptimizerKernels();
    private final List<ParameterSpec> specs;
    private final NDList weights = new NDList();
    private final NDList gradients = new NDList();
    private final NDList means = new NDList();
    private final NDList squares = new NDList();
    private final NDList roundedMeans = new NDList();
    private final NDList roundedSquares = new NDList();
    private final NDList counts = new NDList();
    private final long elements;

    /**
     * One measurement.
     *
     * @param what was done, to all weights or, by Muon, to the layers' matrices
     * @param milliseconds median
     * @param work bytes that must be read and written, or operations of Muon's products
     * @param perSecond work per second
     * @param limitPerSecond the machine's limit in the same minutes
     * @param ratio of the two
     */
    public record Result(
            String what,
            double milliseconds,
            double work,
            double perSecond,
            double limitPerSecond,
            double ratio) {}

    /** Something to time: its name, and what it does. */
    private record Part(String what, double work, Runnable action) {}

    /** Allocates weights, gradients and states of a model without tables. */
    public OptimizerBenchmark(ModelConfig model, Device device) {
        manager = NDManager.newBaseManager(device, "PyTorch");
        specs = ParameterSpec.of(model, MetadataSchema.EMPTY);
        for (ParameterSpec spec : specs) {
            NDArray weight = manager.randomNormal(0, 1, spec.shape(), DataType.FLOAT32);
            weights.add(weight);
            gradients.add(manager.randomNormal(0, 1, spec.shape(), DataType.FLOAT32));
            means.add(manager.zeros(spec.shape(), DataType.FLOAT32));
            squares.add(manager.zeros(spec.shape(), DataType.FLOAT32));
            roundedMeans.add(kernels.bf16Zeros(weight, manager));
            roundedSquares.add(kernels.bf16Zeros(weight, manager));
            counts.add(manager.zeros(new Shape(), DataType.FLOAT32));
        }
        elements = weights.stream().mapToLong(NDArray::size).sum();
    }

    /**
     * Measures.
     *
     * @param rounds how often each part is timed
     */
    public List<Result> run(int rounds) {
        NDArray apply = manager.create(new float[] {1, 1, 0, 1});
        NDArray clip = manager.create(new float[] {1, 1, 0, 1.0001f});
        List<Result> results = new ArrayList<>();
        try (MemoryBandwidth memory = new MemoryBandwidth(manager.getDevice())) {
            for (Part part :
                    List.of(
                            new Part("norm", 4, () -> kernels.globalNorm(gradients).close()),
                            new Part("adamw f32", 28, () -> adamW(apply)),
                            new Part("adamw f32, clipped", 36, () -> adamW(clip)),
                            new Part("adamw bf16", 20, () -> adamWBf16(apply)),
                            new Part("average", 12, () -> average(apply)))) {
                Part whole = new Part(part.what(), part.work() * elements, part.action());
                results.add(time(whole, rounds, memory::updateBytesPerSecond));
            }
        }
        for (Precision precision : Precision.values()) {
            try (MatmulPeak peak = new MatmulPeak(precision, manager.getDevice())) {
                Part muon =
                        new Part(
                                "muon " + precision.label(),
                                muonOperations(),
                                () -> muon(apply, precision));
                results.add(time(muon, 1, () -> peak.flopsPerSecond(4)));
            }
        }
        return results;
    }

    /** Times a part between measurements of its limit; a first run warms up. */
    private static Result time(Part part, int rounds, Limit limit) {
        part.action().run();
        double[] seconds = new double[rounds];
        double[] limits = new double[rounds + 1];
        limits[0] = limit.perSecond();
        for (int i = 0; i < rounds; i++) {
            long start = System.nanoTime();
            part.action().run();
            seconds[i] = (System.nanoTime() - start) / 1e9;
            limits[i + 1] = limit.perSecond();
        }
        double median = median(seconds);
        double best = median(limits);
        double speed = part.work() / median;
        return new Result(part.what(), median * 1e3, part.work(), speed, best, speed / best);
    }

    /** A measurement of what the machine can do. */
    private interface Limit {
        double perSecond();
    }

    private void adamW(NDArray verdict) {
        kernels.adamW(weights, gradients, means, squares, counts, verdict, ADAM);
        waitForDevice();
    }

    private void adamWBf16(NDArray verdict) {
        long[] keys = specs.stream().mapToLong(spec -> RoundingNoise.key(spec.name())).toArray();
        try (NDManager scope = manager.newSubManager()) {
            RoundingNoise noise = kernels.roundingNoise(weights, 1, scope);
            kernels.adamWBf16(
                    weights,
                    gradients,
                    roundedMeans,
                    roundedSquares,
                    counts,
                    keys,
                    noise,
                    verdict,
                    ADAM);
        }
        waitForDevice();
    }

    private void average(NDArray verdict) {
        kernels.average(means, weights, counts.get(0), verdict, 0.999);
        waitForDevice();
    }

    private void muon(NDArray verdict, Precision precision) {
        for (int i = 0; i < specs.size(); i++) {
            ParameterSpec spec = specs.get(i);
            if (!spec.stacked().isEmpty()) {
                kernels.muon(
                        weights.get(i),
                        gradients.get(i),
                        means.get(i),
                        spec.stacked(),
                        RoundingNoise.key(spec.name()),
                        Optional.empty(),
                        verdict,
                        1e-4,
                        0.95,
                        0.1,
                        precision);
            }
        }
        waitForDevice();
    }

    /** Two products of (r, r) with (r, c) and one of (r, r) with itself per step, r the smaller. */
    private double muonOperations() {
        double sum = 0;
        for (ParameterSpec spec : specs) {
            for (long rows : spec.stacked()) {
                double columns = spec.shape().get(1);
                double less = Math.min((double) rows, columns);
                double more = Math.max((double) rows, columns);
                sum += NEWTON_SCHULZ_STEPS * (4 * less * less * more + 2 * less * less * less);
            }
        }
        return sum;
    }

    private void waitForDevice() {
        counts.get(0).getFloat();
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    @Override
    public void close() {
        manager.close();
        kernels.close();
    }
}
