package org.limelm.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.limelm.core.ConfigException;
import org.limelm.core.LimeException;
import org.limelm.core.io.Json;
import org.limelm.core.io.Sha256;
import org.limelm.model.decoder.Recompute;
import org.limelm.model.device.Precision;
import org.limelm.train.TestCorpus;
import org.limelm.train.config.CheckpointConfig;
import org.limelm.train.config.DataConfig;
import org.limelm.train.config.OptimizerConfig;
import org.limelm.train.config.RecomputeChoice;
import org.limelm.train.config.RunConfig;
import org.limelm.train.config.TrainingConfig;
import org.limelm.train.record.RunFolder;
import org.limelm.train.record.StepMetrics;

class ResumeTest {
    /** More than two epochs, so that resuming crosses epoch boundaries. */
    private static final int STEPS = 12;

    @TempDir Path folder;
    private Path shards;

    @BeforeEach
    void writeShards() {
        shards = TestCorpus.write(folder.resolve("shards"), TestCorpus.documents(20, 1));
    }

    private RunConfig run(String name, int accumulation) {
        return TestCorpus.run(shards, folder.resolve(name), STEPS, accumulation);
    }

    private static RunConfig resumed(RunConfig config) {
        return config.withCheckpoint(config.checkpoint().withResume(CheckpointConfig.LATEST));
    }

    /** Stops a run, as a signal would, after the given number of steps. */
    private static TrainResult trainUntil(RunConfig config, long lastStep) {
        StopSignal stop = StopSignal.manual();
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

    private static List<String> lossesOf(RunConfig config) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line : Files.readAllLines(new RunFolder(config.run().folder()).metrics())) {
            JsonNode node = Json.parse(line, JsonNode.class, "metrics");
            lines.add(
                    node.get("step")
                            + " "
                            + node.get("loss")
                            + " "
                            + node.get("learningRate")
                            + " "
                            + node.get("gradientNorm"));
        }
        return lines;
    }

    private static List<String> tensorHashes(RunConfig config) {
        Path last =
                config.run().folder().resolve("checkpoints").resolve("step-%08d".formatted(STEPS));
        List<String> hashes = new ArrayList<>();
        for (String file : List.of("model", "optimizer", "average")) {
            Path tensors = last.resolve(file + ".safetensors");
            if (Files.exists(tensors)) {
                hashes.add(Sha256.ofFile(tensors));
            }
        }
        return hashes;
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void resumingWithOtherRecomputationGivesTheSameWeights(Precision precision) {
        RunConfig straight = run("straight", 2);
        straight = straight.withTraining(straight.training().withPrecision(precision));
        Trainer.train(straight);
        RunConfig interrupted = straight.withRun(run("interrupted", 2).run());
        trainUntil(interrupted, 5);
        for (Recompute layers : List.of(Recompute.ALL, Recompute.everyNth(2))) {
            TrainingConfig other = interrupted.training().withRecompute(RecomputeChoice.of(layers));
            trainUntil(
                    resumed(interrupted).withTraining(other),
                    layers.equals(Recompute.ALL) ? 8 : STEPS);
        }
        assertThat(tensorHashes(interrupted)).isNotEmpty().isEqualTo(tensorHashes(straight));
    }

    @Test
    void keysOfAGpuChangeNothingOnTheCpu() {
        RunConfig straight = run("straight", 1);
        Trainer.train(straight);
        RunConfig other = run("other", 1);
        List<String> warnings = new ArrayList<>();
        TrainingListener listener =
                new TrainingListener() {
                    @Override
                    public void onWarning(String message) {
                        warnings.add(message);
                    }
                };
        try (StopSignal never = StopSignal.manual()) {
            TrainingConfig gpu = other.training().withDeterministic(true).withTf32(true);
            Trainer.train(other.withTraining(gpu), listener, never);
        }
        assertThat(tensorHashes(other)).isNotEmpty().isEqualTo(tensorHashes(straight));
        assertThat(warnings).containsExactly("[training] tf32 has no effect on a CPU");
    }

    @Test
    void automaticRecomputationIsDecidedAndRecorded() throws IOException {
        RunConfig config = run("auto", 1);
        TrainResult trained =
                Trainer.train(
                        config.withTraining(config.training().withRecompute(RecomputeChoice.AUTO)));
        assertThat(Files.readString(new RunFolder(trained.folder()).config()))
                .contains("recompute: none");
    }

    @ParameterizedTest
    @CsvSource({"1,1", "2,1", "3,2", "5,3", "6,1", "11,1", "7,2"})
    void resumingAtAnyStepGivesTheSameWeightsMomentsAndMetrics(long stopAt, int accumulation)
            throws IOException {
        RunConfig straight = run("straight", accumulation);
        Trainer.train(straight);
        RunConfig interrupted = run("interrupted", accumulation);

        TrainResult first = trainUntil(interrupted, stopAt);
        assertThat(first.stopped()).isTrue();
        assertThat(first.step()).isEqualTo(stopAt);
        TrainResult second = Trainer.train(resumed(interrupted));

        assertThat(second.stopped()).isFalse();
        assertThat(tensorHashes(interrupted)).isEqualTo(tensorHashes(straight));
        assertThat(lossesOf(interrupted)).isEqualTo(lossesOf(straight));
    }

    @ParameterizedTest
    @CsvSource({
        "ADAMW, F32, 0.9",
        "ADAMW, BF16, 0",
        "ADAMW, BF16, 0.9",
        "MUON, F32, 0",
        "MUON, F32, 0.9",
        "MUON, BF16, 0",
        "MUON, BF16, 0.9"
    })
    void resumingGivesTheSameStateOfEveryOptimizerFormatAndAverage(
            OptimizerConfig.Kind kind, Precision format, double averageDecay) throws IOException {
        RunConfig straight = run("straight", 2);
        OptimizerConfig optimizer =
                straight.optimizer()
                        .withKind(kind)
                        .withStateFormat(format)
                        .withAverageDecay(averageDecay);
        straight = straight.withOptimizer(optimizer);
        RunConfig interrupted = run("interrupted", 2).withOptimizer(optimizer);
        Trainer.train(straight);
        trainUntil(interrupted, 5);
        Trainer.train(resumed(interrupted));
        assertThat(tensorHashes(straight)).hasSize(averageDecay > 0 ? 3 : 2);
        assertThat(tensorHashes(interrupted)).isEqualTo(tensorHashes(straight));
        assertThat(lossesOf(interrupted)).isEqualTo(lossesOf(straight));
    }

    @Test
    void loggingFrequencyDoesNotChangeTheWeights() {
        RunConfig often = run("often", 1);
        RunConfig seldom = run("seldom", 1);
        seldom = seldom.withLogging(seldom.logging().withEverySteps(1000));
        Trainer.train(often);
        Trainer.train(seldom);
        assertThat(tensorHashes(seldom)).isEqualTo(tensorHashes(often));
    }

    @Test
    void resumingTwiceGivesTheSameWeights() {
        RunConfig straight = run("straight", 1);
        Trainer.train(straight);
        RunConfig interrupted = run("interrupted", 1);
        trainUntil(interrupted, 2);
        trainUntil(resumed(interrupted), 7);
        Trainer.train(resumed(interrupted));
        assertThat(tensorHashes(interrupted)).isEqualTo(tensorHashes(straight));
    }

    @Test
    void resumingAFinishedRunChangesNothing() throws IOException {
        RunConfig run = run("run", 1);
        Trainer.train(run);
        List<String> before = tensorHashes(run);
        List<String> losses = lossesOf(run);
        TrainResult again = Trainer.train(resumed(run));
        assertThat(again.step()).isEqualTo(STEPS);
        assertThat(again.model()).isPresent();
        assertThat(tensorHashes(run)).isEqualTo(before);
        assertThat(lossesOf(run)).isEqualTo(losses);
    }

    @Test
    void resumingLatestWithoutCheckpointsStartsFromTheBeginning() {
        assertThat(Trainer.train(resumed(run("new", 1))).step()).isEqualTo(STEPS);
    }

    @Test
    void foldersWithCheckpointsAreNotOverwritten() {
        RunConfig run = run("run", 1);
        trainUntil(run, 2);
        assertThatThrownBy(() -> Trainer.train(run))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("checkpoint.resume=latest");
    }

    @Test
    void changedKeysAreRejectedUnlessAllowed() {
        RunConfig run = run("run", 1);
        trainUntil(run, 2);
        RunConfig changed =
                resumed(run).withModel(TestCorpus.model()).withTraining(run(" ", 2).training());
        assertThatThrownBy(() -> Trainer.train(changed))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("training.accumulation: was 1, is 2")
                .hasMessageContaining("checkpoint.allowChanges=true");
        RunConfig allowed =
                changed.withCheckpoint(
                        new CheckpointConfig(0, 2, CheckpointConfig.LATEST, false, true));
        assertThat(Trainer.train(allowed).step()).isEqualTo(STEPS);
    }

    @Test
    void otherShardsAreRejected() {
        RunConfig run = run("run", 1);
        trainUntil(run, 2);
        Path others = TestCorpus.write(folder.resolve("others"), TestCorpus.documents(20, 2));
        assertThatThrownBy(
                        () ->
                                Trainer.train(
                                        resumed(run)
                                                .withData(
                                                        DataConfig.defaults().withShards(others))))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("shards.0.fingerprint: was ");
    }

    @Test
    void movedShardsAreAccepted() {
        RunConfig run = run("run", 1);
        trainUntil(run, 2);
        Path moved = TestCorpus.write(folder.resolve("moved"), TestCorpus.documents(20, 1));
        TrainResult result =
                Trainer.train(resumed(run).withData(DataConfig.defaults().withShards(moved)));
        assertThat(result.step()).isEqualTo(STEPS);
    }

    @Test
    void damagedLatestCheckpointFallsBackToThePreviousOne() throws IOException {
        RunConfig straight = run("straight", 1);
        Trainer.train(straight);
        RunConfig run = run("run", 1);
        trainUntil(run, 3);
        trainUntil(resumed(run), 6);
        Path latest = run.run().folder().resolve("checkpoints/step-00000006");
        Path weights = latest.resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        bytes[bytes.length / 2] ^= 1;
        Files.write(weights, bytes);

        List<String> warnings = new ArrayList<>();
        TrainingListener listener =
                new TrainingListener() {
                    @Override
                    public void onWarning(String message) {
                        warnings.add(message);
                    }
                };
        Trainer.train(resumed(run), listener, StopSignal.manual());

        assertThat(warnings).anyMatch(message -> message.contains("model.safetensors] SHA-256 is"));
        assertThat(tensorHashes(run)).isEqualTo(tensorHashes(straight));
        assertThat(lossesOf(run)).isEqualTo(lossesOf(straight));
    }

    @Test
    void theCountOfNonFiniteStepsInARowIsResumed() {
        RunConfig config = run("run", 1);
        RunConfig diverging =
                config.withTraining(config.training().withSteps(300))
                        .withOptimizer(config.optimizer().withLearningRate(1e25));
        assertThat(trainUntil(diverging, 60).stopped()).isTrue();
        assertThatThrownBy(() -> Trainer.train(resumed(diverging)))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("[step 10")
                .hasMessageContaining("100 steps in a row had no finite loss or gradient");
    }
}
