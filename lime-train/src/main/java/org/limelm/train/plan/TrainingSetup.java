package org.limelm.train.plan;

import io.soabase.recordbuilder.core.RecordBuilder;
import org.limelm.core.ConfigException;
import org.limelm.model.decoder.ModelConfig;
import org.limelm.model.decoder.ModelFeatures;
import org.limelm.model.decoder.Recompute;
import org.limelm.model.device.Precision;
import org.limelm.train.config.RunConfig;

/**
 * The settings of a training run that determine its memory.
 *
 * @param model the architecture with the vocabulary size
 * @param features its metadata tables and tag head
 * @param precision compute format
 * @param recompute the layers that recompute their activations in the backward pass
 * @param batchSize rows per micro step on one device
 * @param evaluationBatchSize rows per evaluation batch
 * @param optimizer the memory of the optimizer
 * @param sharded whether its state is divided among the devices (ZeRO-1)
 * @param averaged whether a moving average of the weights is kept
 * @param devices number of devices, one process each
 */
@RecordBuilder
public record TrainingSetup(
        ModelConfig model,
        ModelFeatures features,
        Precision precision,
        Recompute recompute,
        int batchSize,
        int evaluationBatchSize,
        OptimizerMemory optimizer,
        boolean sharded,
        boolean averaged,
        int devices)
        implements TrainingSetupBuilder.With {
    /** Checks the counts. */
    public TrainingSetup {
        if (batchSize < 1 || evaluationBatchSize < 1 || devices < 1) {
            throw new ConfigException(
                    "[plan] batchSize %d, evaluation batchSize %d, devices %d: expected at least 1"
                            .formatted(batchSize, evaluationBatchSize, devices));
        }
    }

    /**
     * Returns the setup of a configuration on so many devices, without recomputation if {@code
     * training.recompute=auto}: see {@link FittingRecompute}.
     */
    public static TrainingSetup of(RunConfig config, int devices) {
        return new TrainingSetup(
                config.model(),
                config.arm().modelFeatures(config.data().schema()),
                config.training().precision(),
                config.training().recompute().layers().orElse(Recompute.NONE),
                config.training().batchSize(),
                config.evaluation().batchSize(),
                OptimizerMemory.of(config.optimizer()),
                config.distributed().shardOptimizer() && devices > 1,
                config.optimizer().averageDecay() > 0,
                devices);
    }

    /** Returns the parameter counts. */
    public ModelSize size() {
        return ModelSize.of(model, features);
    }

    /** Returns a copy with another batch size, which also caps the evaluation batch size. */
    @Override
    public TrainingSetup withBatchSize(int rows) {
        int evaluated = Math.min(evaluationBatchSize, rows);
        return with(setup -> setup.batchSize(rows).evaluationBatchSize(evaluated));
    }

    /** Returns a copy with the optimizer state divided among so many devices. */
    public TrainingSetup withShards(int number) {
        return with(setup -> setup.sharded(true).devices(number));
    }
}
