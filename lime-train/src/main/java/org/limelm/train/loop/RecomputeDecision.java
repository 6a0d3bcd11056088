package org.limelm.train.loop;

import ai.djl.Device;
import java.util.Comparator;
import org.limelm.model.decoder.Recompute;
import org.limelm.model.device.Devices;
import org.limelm.model.internal.torch.CudaRuntime;
import org.limelm.train.config.RecomputeChoice;
import org.limelm.train.config.RunConfig;
import org.limelm.train.distributed.Team;
import org.limelm.train.internal.measure.MachineMemory;
import org.limelm.train.plan.FittingRecompute;
import org.limelm.train.plan.TrainingSetup;

/** Decides {@code training.recompute=auto} from the memory plan when a run starts. */
final class RecomputeDecision {
    private RecomputeDecision() {}

    /**
     * Returns the configuration with the layers that recompute. All processes of a team decide
     * alike: for the one with the least memory.
     *
     * @param config a configuration with the vocabulary size of the shards
     */
    static RunConfig apply(RunConfig config, Team team) {
        RecomputeChoice choice = config.training().recompute();
        if (choice.layers().isPresent()) {
            return config;
        }
        Device device = Devices.of(team.device(config.training().device()));
        long memoryBytes =
                device.isGpu()
                        ? CudaRuntime.freeBytes(device)
                        : MachineMemory.totalBytes() / team.processesOnThisMachine();
        Recompute own =
                FittingRecompute.of(
                        choice, TrainingSetup.of(config, team.size()), memoryBytes, device.isGpu());
        int layers = config.model().numLayers();
        Recompute decided =
                team.gather(own.text()).stream()
                        .map(Recompute::parse)
                        .max(Comparator.comparingInt(recompute -> recompute.count(layers)))
                        .orElse(own);
        return config.withTraining(config.training().withRecompute(RecomputeChoice.of(decided)));
    }
}
