package org.limelm.train.bench;

import ai.djl.Device;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.model.decoder.ModelFeatures;
import org.limelm.model.device.Precision;
import org.limelm.model.internal.torch.CudaRuntime;
import org.limelm.train.config.OptimizerConfig;
import org.limelm.train.internal.measure.ResidentMemory;
import org.limelm.train.plan.MemoryPlan;
import org.limelm.train.plan.OptimizerMemory;
import org.limelm.train.plan.TrainingSetup;

/**
 * The peak memory of the process, on a GPU that of the GPU, compared with the estimate of {@code
 * lime plan}.
 */
final class PeakMemory {
    private static final int ONE_DEVICE = 1;

    private PeakMemory() {}

    static Figure ofTraining(BenchSettings settings, MetadataSchema tables) {
        return beside(
                "scale",
                settings.device(),
                MemoryPlan.training(
                        new TrainingSetup(
                                settings.model(),
                                ModelFeatures.of(tables),
                                Precision.BF16,
                                settings.recompute(),
                                settings.batchSize(),
                                settings.batchSize(),
                                OptimizerMemory.of(OptimizerConfig.adamW()),
                                false,
                                false,
                                ONE_DEVICE),
                        settings.device().isGpu()));
    }

    static Figure ofGeneration(BenchSettings settings, MetadataSchema tables, int positions) {
        return beside(
                "generate",
                settings.device(),
                MemoryPlan.inference(
                        settings.model(),
                        ModelFeatures.of(tables),
                        Precision.BF16,
                        settings.batchSize(),
                        positions,
                        settings.device().isGpu()));
    }

    /** Returns the peak memory so far. */
    static long bytes(Device device) {
        return device.isGpu() ? CudaRuntime.usedBytes(device) : ResidentMemory.peakResidentBytes();
    }

    private static Figure beside(String section, Device device, MemoryPlan plan) {
        double bytes = bytes(device);
        return Figure.of(section, "peak memory", "bytes", new Samples(bytes))
                .within(
                        new Figure.Limit("lime plan", plan.totalBytes(), false),
                        bytes / plan.totalBytes());
    }
}
