package org.limelm.train.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.limelm.model.decoder.ModelConfig;
import org.limelm.model.decoder.ModelFeatures;
import org.limelm.model.device.Precision;
import org.limelm.train.config.RunConfig;

/**
 * The peak memory of a process, by part.
 *
 * @param parts the parts at the peak
 */
public record MemoryPlan(List<MemoryPart> parts) {
    private static final long F32 = 4;
    private static final long BF16 = 2;

    /** Copies the list. */
    public MemoryPlan {
        parts = List.copyOf(parts);
    }

    /** Returns the resident memory of a run in one process on the CPU. */
    public static MemoryPlan of(RunConfig config) {
        return training(TrainingSetup.of(config, 1), false);
    }

    /**
     * Returns the memory of training on each device.
     *
     * @param gpu whether the device is a GPU with separate memory
     */
    public static MemoryPlan training(TrainingSetup setup, boolean gpu) {
        ModelSize size = setup.size();
        List<MemoryPart> parts = new ArrayList<>();
        parts.add(part("weights", F32, size.total()));
        if (setup.precision() == Precision.BF16) {
            parts.add(part("bf16 matrices", BF16, size.matrices()));
        }
        parts.add(part("gradients", F32, size.total()));
        parts.add(optimizer(setup, size));
        if (setup.averaged()) {
            parts.add(part("average", F32, size.total()));
        }
        ActivationMemory activations = new ActivationMemory(setup.model(), setup.precision(), gpu);
        long length = setup.model().contextLength();
        long saved = activations.saved(setup.batchSize(), setup.recompute());
        long backward = activations.trainingWorkspace(setup.batchSize(), setup.recompute());
        long evaluation = activations.forwardWorkspace(setup.evaluationBatchSize() * length);
        long update = setup.optimizer().workspace(size, setup.precision());
        long workspace = Math.max(backward, Math.max(evaluation, update) - saved);
        parts.add(
                new MemoryPart(
                        "activations",
                        saved,
                        String.format(
                                Locale.ROOT, "%d rows of %d tokens", setup.batchSize(), length)));
        parts.add(
                new MemoryPart(
                        "workspace",
                        workspace,
                        workspaceSource(setup, workspace <= backward, update > evaluation)));
        parts.add(ProcessOverhead.allocator(saved + workspace));
        parts.add(ProcessOverhead.base(size, gpu));
        return new MemoryPlan(parts);
    }

    private static String workspaceSource(
            TrainingSetup setup, boolean isBackward, boolean isUpdate) {
        if (isBackward) {
            return "largest block or head in the backward pass";
        }
        return isUpdate
                ? "update of the largest matrix, beyond the activations"
                : String.format(
                        Locale.ROOT,
                        "evaluation of %d rows, beyond the activations of training",
                        setup.evaluationBatchSize());
    }

    private static MemoryPart part(String name, long bytesEach, long numbers) {
        return new MemoryPart(
                name,
                bytesEach * numbers,
                String.format(Locale.ROOT, "%d B × %d", bytesEach, numbers));
    }

    private static MemoryPart optimizer(TrainingSetup setup, ModelSize size) {
        OptimizerMemory optimizer = setup.optimizer();
        long inLayers = size.layerMatrices();
        long others = size.total() - inLayers;
        long bytes = inLayers * optimizer.layerMatrixBytes() + others * optimizer.otherBytes();
        String from =
                optimizer.layerMatrixBytes() == optimizer.otherBytes()
                        ? String.format(
                                Locale.ROOT, "%d B × %d", optimizer.otherBytes(), size.total())
                        : String.format(
                                Locale.ROOT,
                                "%d B × %d, %d B × %d",
                                optimizer.layerMatrixBytes(),
                                inLayers,
                                optimizer.otherBytes(),
                                others);
        if (!setup.sharded()) {
            return new MemoryPart("optimizer", bytes, from);
        }
        long share = (bytes + setup.devices() - 1) / setup.devices();
        long largest = size.largest() * optimizer.otherBytes(); // a parameter is not split
        return new MemoryPart(
                "optimizer",
                Math.max(share, Math.min(bytes, largest)),
                from + ", divided by " + setup.devices());
    }

    /**
     * Returns the memory of generating text.
     *
     * @param rows texts generated in parallel
     * @param positions length of prompt plus generated text
     * @param gpu whether the device is a GPU with separate memory
     */
    public static MemoryPlan inference(
            ModelConfig model,
            ModelFeatures features,
            Precision precision,
            int rows,
            int positions,
            boolean gpu) {
        ModelSize size = ModelSize.of(model, features);
        long c = precision == Precision.BF16 ? BF16 : F32;
        long keysAndValues =
                2L * model.numLayers() * rows * positions * model.numKvHeads() * model.headDim();
        long workspace =
                new ActivationMemory(model, precision, gpu)
                        .forwardWorkspace((long) rows * positions);
        List<MemoryPart> parts = new ArrayList<>();
        parts.add(part("weights", F32, size.total()));
        if (precision == Precision.BF16) {
            parts.add(part("bf16 matrices", BF16, size.matrices()));
        }
        parts.add(part("packed matrices of the cached decoder", c, size.matrices()));
        parts.add(
                new MemoryPart(
                        "key-value cache",
                        F32 * keysAndValues,
                        String.format(Locale.ROOT, "%d rows of %d positions", rows, positions)));
        parts.add(new MemoryPart("workspace", workspace, "forward pass over all positions"));
        parts.add(ProcessOverhead.allocator(workspace));
        parts.add(ProcessOverhead.base(size, gpu));
        return new MemoryPlan(parts);
    }

    /** Returns the sum of the parts. */
    public long totalBytes() {
        return parts.stream().mapToLong(MemoryPart::bytes).sum();
    }

    /** Returns the bytes of a part, or 0 if there is no part of this name. */
    public long bytes(String part) {
        return parts.stream()
                .filter(candidate -> candidate.name().equals(part))
                .mapToLong(MemoryPart::bytes)
                .sum();
    }
}
