package org.limelm.train.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.function.Consumer;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.model.decoder.Gradients;
import org.limelm.model.decoder.LimeDecoder;
import org.limelm.model.decoder.Recompute;
import org.limelm.model.torch.MemoryBandwidth;
import org.limelm.model.torch.OptimizerKernels;
import org.limelm.model.torch.Precision;
import org.limelm.train.config.RunConfig;
import org.limelm.train.optim.Optimizer;
import org.limelm.train.optim.TrainedParameter;
import org.limelm.train.optim.Update;

/**
 * The end of a step: global norm, clipping and AdamW over all weights. Bound by memory: the norm
 * reads a gradient of 4 bytes; the update reads weight, gradient and two moments, and writes weight
 * and moments: 32 bytes per parameter in all. With clipping the update also writes the gradient.
 */
final class OptimizerSection implements BenchSection {
    private static final double BYTES_PER_PARAMETER = 4 + 16 + 12;
    private static final int WARM_UPS = 2;

    @Override
    public List<Figure> run(BenchSettings settings, Consumer<String> progress) {
        progress.accept("optimizer");
        double[] seconds = new double[settings.steps()];
        double[] bandwidths = new double[settings.steps()];
        long parameters;
        try (NDManager manager = NDManager.newBaseManager(settings.device(), "PyTorch");
                MemoryBandwidth bandwidth = new MemoryBandwidth(settings.device());
                OptimizerKernels kernels = new OptimizerKernels();
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
                                RunConfig.defaults(),
                                TrainedParameter.of(model),
                                kernels,
                                manager)) {
            parameters = model.parameterCount();
            NDList loss = new NDList(manager.create(1f));
            for (int i = -WARM_UPS; i < settings.steps(); i++) {
                double took = time(gradients, optimizer, kernels, loss, manager);
                if (i >= 0) {
                    seconds[i] = took;
                    bandwidths[i] = bandwidth.updateBytesPerSecond();
                }
            }
        }
        Samples speed = new Samples(seconds).map(took -> parameters / took);
        Samples bound = new Samples(bandwidths).map(bytes -> bytes / BYTES_PER_PARAMETER);
        return List.of(
                Figure.of("optimizer", "clip + AdamW, f32", "parameters/s", speed)
                        .within(
                                new Figure.Limit("memory bandwidth", bound.median()),
                                speed.per(bound).median()));
    }

    private static double time(
            Gradients gradients,
            Optimizer optimizer,
            OptimizerKernels kernels,
            NDList loss,
            NDManager manager) {
        long start = System.nanoTime();
        try (NDArray verdict =
                kernels.verdict(
                        loss,
                        new NDList(gradients.buckets()),
                        Double.POSITIVE_INFINITY,
                        1,
                        manager)) {
            optimizer.update(gradients.ordered(), new Update(1, 1e-4, verdict));
            verdict.toFloatArray(); // waits for a device that lags
        }
        return (System.nanoTime() - start) / 1e9;
    }
}
