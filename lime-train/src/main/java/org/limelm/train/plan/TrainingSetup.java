package org.limelm.train.plan;

import io.soabase.recordbuilder.core.RecordBuilder;
import org.limelm.core.ConfigException;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.model.decoder.ModelConfig;
import org.limelm.model.decoder.Recompute;
import org.limelm.model.device.Precision;
import org.limelm.train.config.RunConfig;

/**
 * What of a training run decides its memory.
 *
 * @param model the architecture, with the vocabulary that is trained
 * @param tables its metadata tables
 * @param precision format of computation
 * @param recompute which layers compute their activations twice
 * @param batchSize rows of a micro step on one device
 * @param evaluationBatchSize rows of a batch of evaluation
 * @param optimizer what the optimizer keeps
 * @param sharded whether its state is divided among the devices (ZeRO-1)
 * @param averaged whether a moving average of the weights is kept
 * @param devices number of devices, one process each
 */
@RecordBuilder
public record TrainingSetup(
        ModelConfig model,
        MetadataSchema tables,
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

    /** Returns the setup of a configuration on so many devices. */
    public static TrainingSetup of(RunConfig config, int devices) {
        return new TrainingSetup(
                config.model(),
                config.arm().tables(config.data().tags().schema()),
                config.training().precision(),
                config.training().recompute(),
                config.training().batchSize(),
                config.evaluation().batchSize(),
                OptimizerMemory.of(config.optimizer()),
                config.distributed().shardOptimizer() && devices > 1,
                config.optimizer().averageDecay() > 0,
                devices);
    }

    /** Returns the trained numbers. */
    public ModelSize size() {
        return ModelSize.of(model, tables);
    }

    /** Returns this with other numbers of rows, in evaluation at most as many as before. */
    @Override
    public TrainingSetup withBatchSize(int rows) {
        int evaluated = Math.min(evaluationBatchSize, rows);
        return with(setup -> setup.batchSize(rows).evaluationBatchSize(evaluated));
    }

    /** Returns this with the optimizer's state divided among so many devices. */
    public TrainingSetup withShards(int number) {
        return with(setup -> setup.sharded(true).devices(number));
    }
}
