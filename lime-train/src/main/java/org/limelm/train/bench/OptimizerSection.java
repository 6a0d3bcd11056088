package org.limelm.train.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.model.decoder.Gradients;
import org.limelm.model.decoder.LimeDecoder;
import org.limelm.model.decoder.Recompute;
import org.limelm.model.device.Precision;
import org.limelm.train.config.OptimizerConfig;
import org.limelm.train.config.RunConfig;
import org.limelm.train.internal.measure.MatmulPeak;
import org.limelm.train.internal.measure.MemoryBandwidth;
import org.limelm.train.optim.Optimizer;
import org.limelm.train.optim.OptimizerKernels;
import org.limelm.train.optim.OptimizerSetup;
import org.limelm.train.optim.TrainedParameter;
import org.limelm.train.optim.Update;

/**
 * Measures the end of a step: global gradient norm and update of all weights.
 *
 * <p>AdamW is memory-bound. The norm reads a gradient of 4 bytes. The update reads weight, gradient
 * and two moments, and writes weight and moments. The total per parameter is 32 bytes with float32
 * moments and 24 bytes with bfloat16 moments; clipping adds 8 bytes when it applies. Muon is
 * compute-bound by the matrix products of its orthogonalization.
 */
final class OptimizerSection implements BenchSection {
    private static final int WARM_UPS = 2;
    private static final int NEWTON_SCHULZ_STEPS = 5;

    /** An optimizer to measure and its memory traffic. */
    private enum Variant {
        ADAMW_F32("clip + AdamW, f32", OptimizerConfig.Kind.ADAMW, Precision.F32, 4 + 16 + 12),
        ADAMW_BF16(
                "clip + AdamW, moments in bf16",
                OptimizerConfig.Kind.ADAMW,
                Precision.BF16,
                4 + 12 + 8),
        MUON("clip + Muon, products in f32", OptimizerConfig.Kind.MUON, Precision.F32, 0);

        final String label;
        final RunConfig config;
        final double bytesPerParameter; // 0 if compute-bound

        Variant(String label, OptimizerConfig.Kind kind, Precision moments, double bytes) {
            this.label = label;
            this.config =
                    RunConfig.defaults()
                            .withOptimizer(
                                    OptimizerConfig.adamW()
                                            .withKind(kind)
                                            .withStateFormat(moments));
            this.bytesPerParameter = bytes;
        }
    }

    @Override
    public List<Figure> run(BenchSettings settings, Consumer<String> progress) {
        List<Figure> figures = new ArrayList<>();
        for (Variant variant : Variant.values()) {
            progress.accept("optimizer: " + variant.label);
            figures.add(run(settings, variant));
        }
        return figures;
    }

    private static Figure run(BenchSettings settings, Variant variant) {
        OptimizerKernels kernels = new OptimizerKernels();
        try (NDManager manager = NDManager.newBaseManager(settings.device(), "PyTorch");
                LimeDecoder model =
                        LimeDecoder.create(
                                settings.model(),
                                MetadataSchema.EMPTY,
                                Precision.F32,
                                Recompute.NONE,
                                manager,
                                1L);
                Gradients gradients = Gradients.of(model);
                Optimizer optimizer =
                        Optimizer.of(
                                OptimizerSetup.of(variant.config),
                                TrainedParameter.of(model),
                                kernels,
                                manager)) {
            double parameters = model.parameterCount();
            gradients.buckets().forEach(bucket -> bucket.addi(1 / Math.sqrt(4 * parameters)));
            Updates updates = new Updates(gradients, optimizer, kernels, manager);
            if (variant.bytesPerParameter > 0) {
                try (MemoryBandwidth bandwidth = new MemoryBandwidth(settings.device())) {
                    double perSecond = 1 / variant.bytesPerParameter;
                    return updates.measure(
                            variant.label,
                            parameters,
                            "memory bandwidth",
                            () -> bandwidth.updateBytesPerSecond() * perSecond,
                            settings.steps());
                }
            }
            try (MatmulPeak peak = new MatmulPeak(Precision.F32, settings.device())) {
                double perOperation = parameters / operations(optimizer.parameters());
                return updates.measure(
                        variant.label,
                        parameters,
                        "matmul peak, f32",
                        () -> peak.flopsPerSecond(4) * perOperation,
                        settings.steps());
            }
        }
    }

    /**
     * Returns the operations of Muon's products: each iteration multiplies (r, r) by (r, c) twice
     * and (r, r) by itself once, where r is the smaller and c the larger dimension of a matrix.
     */
    private static double operations(List<TrainedParameter> parameters) {
        double sum = 0;
        for (TrainedParameter parameter : parameters) {
            for (long rows : parameter.stacked()) {
                double columns = parameter.weight().getShape().get(1);
                double r = Math.min((double) rows, columns);
                double c = Math.max((double) rows, columns);
                sum += NEWTON_SCHULZ_STEPS * (4 * r * r * c + 2 * r * r * r);
            }
        }
        return sum;
    }

    /** Repeated updates of a model with constant gradients. */
    private record Updates(
            Gradients gradients, Optimizer optimizer, OptimizerKernels kernels, NDManager manager) {

        /** Times updates and, after each, measures the limit in parameters per second. */
        Figure measure(
                String name, double parameters, String what, DoubleSupplier limit, int samples) {
            double[] seconds = new double[samples];
            double[] limits = new double[samples];
            for (int i = -WARM_UPS; i < samples; i++) {
                double took = time();
                if (i >= 0) {
                    seconds[i] = took;
                    limits[i] = limit.getAsDouble();
                }
            }
            Samples speed = new Samples(seconds).map(took -> parameters / took);
            Samples bound = new Samples(limits);
            return Figure.of("optimizer", name, "parameters/s", speed)
                    .within(new Figure.Limit(what, bound.median()), speed.per(bound).median());
        }

        private double time() {
            long start = System.nanoTime();
            try (NDManager scope = manager.newSubManager()) {
                NDArray stepCheck =
                        kernels.stepCheck(
                                new NDList(scope.create(1f)),
                                new NDList(gradients.buckets()),
                                Double.POSITIVE_INFINITY,
                                1,
                                scope);
                optimizer.update(gradients.ordered(), new Update(1, 1e-4, stepCheck));
                stepCheck.toFloatArray(); // waits for an asynchronous device
            }
            return (System.nanoTime() - start) / 1e9;
        }
    }
}
