package org.limelm.train.plan;

import java.util.ArrayList;
import java.util.List;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.model.decoder.ModelConfig;
import org.limelm.model.torch.Precision;
import org.limelm.train.config.RunConfig;

/**
 * The largest memory of a process at one time, by part.
 *
 * @param parts what is held when most is held
 */
public record MemoryPlan(List<MemoryPart> parts) {
    /** What the process holds before there is a model, where the device is the CPU. */
    public static final long CPU_BASE_BYTES = 700L << 20;

    /** A CUDA context with its libraries' workspaces; assumed, not measured. */
    public static final long GPU_BASE_BYTES = 1L << 30;

    private static final long F32 = 4;

    /** Copies the list. */
    public MemoryPlan {
        parts = List.copyOf(parts);
    }

    /** Returns the memory of a run on the CPU. */
    public static MemoryPlan of(RunConfig config) {
        return training(TrainingSetup.of(config, 1), CPU_BASE_BYTES);
    }

    /**
     * Returns the memory of training on each device.
     *
     * @param baseBytes what the process holds before there is a model
     */
    public static MemoryPlan training(TrainingSetup setup, long baseBytes) {
        ModelSize size = setup.size();
        List<MemoryPart> parts = new ArrayList<>();
        parts.add(new MemoryPart("weights", F32 * size.total(), "4 B × " + size.total()));
        addCopies(parts, size, setup.precision());
        parts.add(new MemoryPart("gradients", F32 * size.total(), "4 B × " + size.total()));
        parts.add(optimizer(setup, size));
        if (setup.averaged()) {
            parts.add(new MemoryPart("average", F32 * size.total(), "4 B × " + size.total()));
        }
        long length = setup.model().contextLength();
        long tokens = setup.batchSize() * length;
        ActivationMemory activations = new ActivationMemory(setup.model(), setup.precision());
        long kept = activations.kept(tokens, setup.recompute());
        long workspace = activations.trainingWorkspace(tokens);
        long evaluation = activations.forwardWorkspace(setup.evaluationBatchSize() * length);
        parts.add(
                new MemoryPart(
                        "activations",
                        kept,
                        "%d rows of %d tokens".formatted(setup.batchSize(), length)));
        parts.add(
                new MemoryPart(
                        "workspace",
                        Math.max(workspace, evaluation - kept),
                        evaluation > kept + workspace
                                ? "evaluation of %d rows, beyond the activations of training"
                                        .formatted(setup.evaluationBatchSize())
                                : "largest layer or head in the backward pass"));
        parts.add(new MemoryPart("process", baseBytes, "before there is a model"));
        return new MemoryPlan(parts);
    }

    private static void addCopies(List<MemoryPart> parts, ModelSize size, Precision precision) {
        if (precision == Precision.BF16) {
            parts.add(
                    new MemoryPart(
                            "bf16 matrices", 2 * size.matrices(), "2 B × " + size.matrices()));
        }
    }

    private static MemoryPart optimizer(TrainingSetup setup, ModelSize size) {
        OptimizerMemory optimizer = setup.optimizer();
        long inLayers = size.nonEmbedding();
        long bytes =
                inLayers * optimizer.matrixBytes()
                        + (size.total() - inLayers) * optimizer.otherBytes();
        int shards = setup.sharded() ? setup.devices() : 1;
        String from =
                optimizer.matrixBytes() == optimizer.otherBytes()
                        ? "%d B × %d".formatted(optimizer.matrixBytes(), size.total())
                        : "%d B × %d in layers, %d B elsewhere"
                                .formatted(
                                        optimizer.matrixBytes(), inLayers, optimizer.otherBytes());
        return new MemoryPart(
                "optimizer",
                (bytes + shards - 1) / shards,
                shards == 1 ? from : from + ", divided by " + shards);
    }

    /**
     * Returns the memory of generating text.
     *
     * @param rows texts side by side
     * @param positions of prompt and answer together
     * @param baseBytes what the process holds before there is a model
     */
    public static MemoryPlan inference(
            ModelConfig model,
            MetadataSchema tables,
            Precision precision,
            int rows,
            int positions,
            long baseBytes) {
        ModelSize size = ModelSize.of(model, tables);
        long c = precision == Precision.BF16 ? 2 : 4;
        long keysAndValues =
                2L * model.numLayers() * rows * positions * model.numKvHeads() * model.headDim();
        List<MemoryPart> parts = new ArrayList<>();
        parts.add(new MemoryPart("weights", F32 * size.total(), "4 B × " + size.total()));
        addCopies(parts, size, precision);
        parts.add(
                new MemoryPart(
                        "key-value cache",
                        c * keysAndValues,
                        "%d rows of %d positions".formatted(rows, positions)));
        parts.add(
                new MemoryPart(
                        "workspace",
                        new ActivationMemory(model, precision)
                                .forwardWorkspace((long) rows * positions),
                        "forward pass over the prompt"));
        parts.add(new MemoryPart("process", baseBytes, "before there is a model"));
        return new MemoryPlan(parts);
    }

    /** Returns the sum of the parts. */
    public long totalBytes() {
        return parts.stream().mapToLong(MemoryPart::bytes).sum();
    }

    /** Returns the size of a part, 0 if there is none of this name. */
    public long bytes(String part) {
        return parts.stream()
                .filter(candidate -> candidate.name().equals(part))
                .mapToLong(MemoryPart::bytes)
                .sum();
    }
}
