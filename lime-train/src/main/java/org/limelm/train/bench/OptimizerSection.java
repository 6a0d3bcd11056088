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
import org.limelm.train.measure.MatmulPeak;
import org.limelm.train.measure.MemoryBandwidth;
import org.limelm.train.optim.Optimizer;
import org.limelm.train.optim.OptimizerKernels;
import org.limelm.train.optim.OptimizerSetup;
import org.limelm.train.optim.TrainedParameter;
import org.limelm.train.optim.Update;

/**
 * The end of a step: global norm and update of all weights.
 *
 * <p>AdamW is bound by memory. The norm reads a gradient of 4 bytes; the update reads weight,
 * gradient and two moments, and writes weight and moments: with moments in float32 32 bytes per
 * parameter in all, in bfloat16 24. Gradients that are in fact clipped cost 8 more. Muon is bound
 * by the products that make its steps orthogonal.
 */
final class OptimizerSection implements BenchSection {
    private static final int WARM_UPS = 2;
    private static final int NEWTON_SCHULZ_STEPS = 5;

    /** An update, and what is needed for it. */
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
        final double bytesPerParameter; // 0 where products are the limit

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
     * Returns the operations of Muon's products: in each iteration two of (r, r) with (r, c) and
     * one of (r, r) with itself, r being the smaller side of a matrix and c the larger.
     */
    private static double operations(List<TrainedParameter> parameters) {
        double sum = 0;
        for (TrainedParameter parameter : parameters) {
            for (long rows : parameter.stacked()) {
                double columns = parameter.weight().getShape().get(1);
                double less = Math.min((double) rows, columns);
                double more = Math.max((double) rows, columns);
                sum += NEWTON_SCHULZ_STEPS * (4 * less * less * more + 2 * less * less * less);
            }
        }
        return sum;
    }

    /** Updates of a model whose gradients stay the same. */
    private record Updates(
            Gradients gradients, Optimizer optimizer, OptimizerKernels kernels, NDManager manager) {

        /** Measures updates and, after each, the limit in parameters per second. */
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
                stepCheck.toFloatArray(); // waits for a device that lags
            }
            return (System.nanoTime() - start) / 1e9;
        }
    }
}
