package org.limelm.train.bench;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import org.limelm.annotate.annotator.AnnotatorOptions;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.model.decoder.ModelConfig;
import org.limelm.model.decoder.Recompute;
import org.limelm.model.device.GpuMath;
import org.limelm.model.device.Precision;
import org.limelm.model.weights.LoadedModel;
import org.limelm.model.weights.ModelFolder;
import org.limelm.train.config.CheckpointConfig;
import org.limelm.train.config.RunConfig;
import org.limelm.train.config.RunFolderConfig;
import org.limelm.train.config.SourceConfig;
import org.limelm.train.loop.StopSignal;
import org.limelm.train.loop.TrainResult;
import org.limelm.train.loop.Trainer;
import org.limelm.train.loop.TrainingListener;
import org.limelm.train.record.StepMetrics;

/**
 * Compares the weights after a run that was stopped and resumed from its checkpoint with those
 * after an uninterrupted run on the same device.
 */
record ResumeCheck(String name, ModelConfig model, Device device) implements DeviceCheck {
    private static final MetadataSchema TABLES = AnnotatorOptions.defaults().schema();
    private static final int STOPPED_AFTER = 2;
    private static final int STEPS = 4;
    private static final int ROWS = 2;
    private static final int TOKENS = 20_000;
    private static final double TOLERANCE = 1e-4; // of a GPU that is not deterministic

    @Override
    public double tolerance() {
        return GpuMath.isDeterministic(device) ? 0 : TOLERANCE;
    }

    @Override
    public double distance(Device on) {
        try (TemporaryFolder folder = TemporaryFolder.create()) {
            Path shards = folder.path();
            SyntheticShards.write(shards, TABLES, model.vocabularySize(), TOKENS);
            RunConfig straight = config(on, shards, folder.path().resolve("straight"));
            RunConfig stopped = config(on, shards, folder.path().resolve("stopped"));
            train(stopped, STOPPED_AFTER);
            RunConfig resumed =
                    stopped.withCheckpoint(
                            stopped.checkpoint().withResume(CheckpointConfig.LATEST));
            return DeviceCheck.relative(
                    weights(train(resumed, STEPS)), weights(train(straight, STEPS)));
        }
    }

    private RunConfig config(Device on, Path shards, Path folder) {
        RunConfig defaults = RunConfig.defaults();
        return defaults.withData(
                        defaults.data()
                                .withShards(List.of(new SourceConfig(shards, 1)))
                                .withValidationFraction(0))
                .withModel(model)
                .withTraining(
                        defaults.training()
                                .withSteps(STEPS)
                                .withBatchSize(ROWS)
                                .withPrecision(Precision.F32)
                                .withDevice(on.isGpu() ? "cuda:" + on.getDeviceId() : "cpu")
                                .withDeterministic(GpuMath.isDeterministic(on)))
                .withSchedule(defaults.schedule().withWarmupSteps(0))
                .withLogging(
                        defaults.logging()
                                .withEverySteps(1)
                                .withTensorboard(false)
                                .withMeasurePeak(false))
                .withRun(new RunFolderConfig(folder));
    }

    private static TrainResult train(RunConfig config, long lastStep) {
        try (StopSignal stop = StopSignal.manual()) {
            TrainingListener listener =
                    new TrainingListener() {
                        @Override
                        public void onStep(StepMetrics metrics, long totalSteps) {
                            if (metrics.step() == lastStep) {
                                stop.request();
                            }
                        }
                    };
            return Trainer.train(config, listener, stop);
        }
    }

    private static float[] weights(TrainResult trained) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
                LoadedModel loaded =
                        ModelFolder.load(
                                trained.model().orElseThrow(),
                                Precision.F32,
                                Recompute.NONE,
                                manager)) {
            FloatBuffer all =
                    FloatBuffer.allocate(Math.toIntExact(loaded.decoder().parameterCount()));
            for (NDArray weight : loaded.decoder().parameters().values()) {
                all.put(weight.toFloatArray());
            }
            return all.array();
        }
    }
}
