package org.limelm.train.config;

import io.soabase.recordbuilder.core.RecordBuilder;
import org.limelm.core.ConfigException;
import org.limelm.core.config.Doc;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.model.decoder.InitConfig;
import org.limelm.model.decoder.ModelConfig;
import org.limelm.train.arm.Arm;

/** The complete configuration of a training run: the keys of a configuration file. */
@RecordBuilder
public record RunConfig(
        @Doc("seed of the initial weights, the data order and the dropped tags") long seed,
        @Doc(
                        "arm of the comparison: plain, baseline, lime, lime+1, lime-pos, lime-ner, lime-shuffled, or keys that modify one of these")
                Arm arm,
        @Doc(
                        "full (tags computed from whole sentences) or causal (from the text so far); prefix is for evaluation only")
                AnnotationMode annotation,
        @Doc("training data") DataConfig data,
        @Doc("the decoder; its vocabulary is that of the shards") ModelConfig model,
        @Doc("initial values of the weights") InitConfig init,
        @Doc("length of the training, batch size, precision and device") TrainingConfig training,
        @Doc("how gradients update the weights") OptimizerConfig optimizer,
        @Doc("learning rate schedule") ScheduleConfig schedule,
        @Doc("saving and resuming") CheckpointConfig checkpoint,
        @Doc("evaluation during training") EvaluationConfig evaluation,
        @Doc("logging during training") LoggingConfig logging,
        @Doc("distributed training") DistributedConfig distributed,
        @Doc("where a run writes its results") RunFolderConfig run)
        implements RunConfigBuilder.With {
    /**
     * Checks constraints across sections. The arm's annotation mode is moved to the run's own key,
     * so that equivalent configurations are equal.
     */
    public RunConfig {
        annotation = arm.annotation().orElse(annotation);
        arm = arm.withoutMode();
        if (annotation == AnnotationMode.PREFIX) {
            throw new ConfigException(
                    "[annotation] prefix is for evaluation only, expected full or causal");
        }
    }

    /** Returns the default values. */
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
