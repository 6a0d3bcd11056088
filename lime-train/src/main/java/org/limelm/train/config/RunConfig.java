package org.limelm.train.config;

import io.soabase.recordbuilder.core.RecordBuilder;
import org.limelm.core.ConfigException;
import org.limelm.core.config.Doc;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.model.decoder.InitConfig;
import org.limelm.model.decoder.ModelConfig;
import org.limelm.train.arm.Arm;

/** Everything that decides a training run: the keys of a configuration file. */
@RecordBuilder
public record RunConfig(
        @Doc("seed of the initial weights, the data order and the metadata dropout") long seed,
        @Doc(
                        "what is compared: plain, baseline, lime, lime+1, lime-pos, lime-ner, lime-shuffled, or keys that change one of these")
                Arm arm,
        @Doc("full (tags from the whole sentence) or causal (from the text so far)")
                AnnotationMode annotation,
        @Doc("what the model reads") DataConfig data,
        @Doc("the decoder; its vocabulary is that of the shards") ModelConfig model,
        @Doc("first values of the weights") InitConfig init,
        @Doc("how much is trained, in which portions, and on what") TrainingConfig training,
        @Doc("how gradients change the weights") OptimizerConfig optimizer,
        @Doc("the learning rate over the steps") ScheduleConfig schedule,
        @Doc("saving and resuming") CheckpointConfig checkpoint,
        @Doc("evaluation during training") EvaluationConfig evaluation,
        @Doc("what a run writes about itself") LoggingConfig logging,
        @Doc("several processes that train together") DistributedConfig distributed,
        @Doc("where a run leaves its results") RunFolderConfig run)
        implements RunConfigBuilder.With {
    /**
     * Checks what no section can check alone. What the arm says of annotation mode and dropout
     * becomes the run's, so that one composition has one form and one identity.
     */
    public RunConfig {
        annotation = arm.annotation().orElse(annotation);
        double dropout = arm.dropout().orElse(data.metadataDropout());
        data = data.withMetadataDropout(dropout);
        arm = arm.withoutRunKeys();
        if (annotation == AnnotationMode.PREFIX) {
            throw new ConfigException(
                    "[annotation] prefix is for evaluation only, expected full or causal");
        }
    }

    /** Returns the values of keys that are not given. */
    public static RunConfig defaults() {
        return RunConfigBuilder.builder()
                .seed(1)
                .arm(Arm.LIME)
                .annotation(AnnotationMode.CAUSAL)
                .data(DataConfig.defaults())
                .model(ModelConfig.defaults())
                .init(InitConfig.defaults())
                .training(TrainingConfig.defaults())
                .optimizer(OptimizerConfig.defaults())
                .schedule(ScheduleConfig.defaults())
                .checkpoint(CheckpointConfig.defaults())
                .evaluation(EvaluationConfig.defaults())
                .logging(LoggingConfig.defaults())
                .distributed(DistributedConfig.defaults())
                .run(RunFolderConfig.defaults())
                .build();
    }

    /** Returns the arm with its annotation mode: {@code lime/causal}, or {@code baseline}. */
    public String armLabel() {
        return arm.label(annotation);
    }
}
