package org.limelm.train.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.limelm.model.decoder.Recompute;

/**
 * A configuration change that reduces memory.
 *
 * @param change the keys with their new values
 * @param totalBytes the memory needed after the change
 * @param fits whether the plan then fits
 */
public record Remedy(String change, long totalBytes, boolean fits) {
    private static final int MAX_DEVICES = 1024;

    /** Returns the changes that help a setup: first single keys, then all together. */
    static List<Remedy> of(TrainingSetup setup, DeviceSpec device) {
        List<Remedy> remedies = new ArrayList<>();
        TrainingSetup best = setup;
        if (!setup.recompute().equals(Recompute.ALL)) {
            best = best.withRecompute(Recompute.ALL);
            add(remedies, "training.recompute=all", best, device);
        }
        if (setup.batchSize() > 1) {
            best = best.withBatchSize(1);
            int rows = largestBatch(setup, device);
            add(
                    remedies,
                    String.format(
                            Locale.ROOT,
                            "training.batchSize=%d evaluation.batchSize=%d",
                            rows,
                            Math.min(rows, setup.evaluationBatchSize())),
                    setup.withBatchSize(rows),
                    device);
        }
        if (!setup.optimizer().equals(setup.optimizer().inBf16())) {
            best = best.withOptimizer(setup.optimizer().inBf16());
            add(
                    remedies,
                    "optimizer.stateFormat=bf16",
                    setup.withOptimizer(setup.optimizer().inBf16()),
                    device);
        }
        if (remedies.size() > 1) {
            add(remedies, "all of these, with 1 row per batch", best, device);
        }
        addDevices(remedies, setup, best, device);
        return List.copyOf(remedies);
    }

    private static void add(
            List<Remedy> remedies, String change, TrainingSetup setup, DeviceSpec device) {
        long bytes = TrainingPlan.memory(setup, device).totalBytes();
        remedies.add(new Remedy(change, bytes, bytes <= device.memoryBytes()));
    }

    /** Returns the largest number of rows that fits, or 1. */
    private static int largestBatch(TrainingSetup setup, DeviceSpec device) {
        for (int rows = setup.batchSize() - 1; rows > 1; rows--) {
            long bytes = TrainingPlan.memory(setup.withBatchSize(rows), device).totalBytes();
            if (bytes <= device.memoryBytes()) {
                return rows;
            }
        }
        return 1;
    }

    /** Adds sharding of the optimizer state: first over the given devices, then over more. */
    private static void addDevices(
            List<Remedy> remedies, TrainingSetup setup, TrainingSetup best, DeviceSpec device) {
        if (setup.devices() > 1 && !setup.sharded()) {
            add(
                    remedies,
                    "distributed.shardOptimizer=true",
                    setup.withShards(setup.devices()),
                    device);
        }
        for (TrainingSetup base : List.of(setup, best)) {
            for (int n = Math.max(2, setup.devices()); n <= MAX_DEVICES; n *= 2) {
                TrainingSetup sharded = base.withShards(n);
                if (TrainingPlan.memory(sharded, device).totalBytes() <= device.memoryBytes()) {
                    add(
                            remedies,
                            String.format(
                                    Locale.ROOT,
                                    "%sdistributed.shardOptimizer=true on %d devices",
                                    base.equals(setup) ? "" : "all of these and ",
                                    n),
                            sharded,
                            device);
                    return;
                }
            }
        }
    }
}
