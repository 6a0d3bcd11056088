package org.limelm.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.limelm.core.LimeException;
import org.limelm.core.config.ConfigLoader;
import org.limelm.core.tensorfile.SafetensorsFile;
import org.limelm.model.decoder.Activation;
import org.limelm.model.decoder.MetadataConfig;
import org.limelm.model.decoder.ModelConfig;
import org.limelm.model.device.Precision;
import org.limelm.train.TestCorpus;
import org.limelm.train.config.CheckpointConfig;
import org.limelm.train.config.EvaluationConfig;
import org.limelm.train.config.ModelFiles;
import org.limelm.train.config.OptimizerConfig;
import org.limelm.train.config.RunConfig;
import org.limelm.train.config.TrainingConfig;
import org.limelm.train.record.RunFolder;
import org.limelm.train.record.StepMetrics;

class TrainerTest {
    @TempDir Path folder;

    private List<StepMetrics> train(RunConfig config) {
        List<StepMetrics> steps = new ArrayList<>();
        TrainingListener listener =
                new TrainingListener() {
                    @Override
                    public void onStep(StepMetrics metrics, long totalSteps) {
                        steps.add(metrics);
                    }
                };
        Trainer.train(config, listener, StopSignal.manual());
        return steps;
    }

    @Test
    void lossOnRealTextFallsFromThatOfGuessing() {
        Path shards = TestCorpus.write(folder.resolve("shards"), TestCorpus.realText());
        List<StepMetrics> steps = train(TestCorpus.run(shards, folder.resolve("run"), 150, 1));
        assertThat(steps.get(0).loss()).isCloseTo(Math.log(TestCorpus.VOCABULARY), offset(0.3));
        assertThat(steps.get(149).loss()).isLessThan(4);
    }

    @Test
    void runWritesItsRecordAndModel() {
        Path shards = TestCorpus.write(folder.resolve("shards"), TestCorpus.documents(60, 1));
        RunFolder run = new RunFolder(folder.resolve("run"));
        RunConfig config = TestCorpus.run(shards, run.root(), 4, 1);
        TrainResult result = Trainer.train(config.withData(config.data().withDocumentMask(true)));
        assertThat(List.of(run.config(), run.history(), run.metrics(), run.evaluations()))
                .allMatch(Files::isRegularFile);
        assertThat(result.model()).contains(run.model());
        assertThat(ModelFiles.of(run.root()).provenance().documentMask()).isTrue();
        assertThat(result.evaluation().orElseThrow().annotation()).isEqualTo("causal");
        assertThat(result.evaluation().orElseThrow().origin()).isEqualTo("observed");
    }

    /** Returns a configuration whose first step makes the weights diverge. */
    private RunConfig diverging(Path shards, String name, long loggedEvery) {
        RunConfig config = TestCorpus.run(shards, folder.resolve(name), 7, 2);
        return config.withOptimizer(config.optimizer().withLearningRate(1e25))
                .withLogging(config.logging().withEverySteps(loggedEvery));
    }

    @Test
    void skippedStepsAreReportedWithTheirDocuments() throws IOException {
        Path shards = TestCorpus.write(folder.resolve("shards"), TestCorpus.documents(60, 1));
        RunConfig atOnce = diverging(shards, "at-once", 1);
        RunConfig late = diverging(shards, "late", 100);

        assertThatThrownBy(() -> Trainer.train(late)).hasMessageContaining("6 of 7 steps");
        assertThatThrownBy(() -> Trainer.train(atOnce)).hasMessageContaining("6 of 7 steps");

        List<String> anomalies = Files.readAllLines(folder.resolve("late/anomalies.jsonl"));
        assertThat(anomalies).hasSize(6);
        assertThat(anomalies.get(0)).contains("\"step\":2", "non_finite", "shards:");
        assertThat(anomalies)
                .isEqualTo(Files.readAllLines(folder.resolve("at-once/anomalies.jsonl")));
    }

    @Test
    void abortModeEndsAtTheFirstNonFiniteStepWithACheckpoint() {
        Path shards = TestCorpus.write(folder.resolve("shards"), TestCorpus.documents(60, 1));
        RunConfig config = diverging(shards, "run", 100);
        RunConfig aborting =
                config.withTraining(
                        config.training().withOnNonFinite(TrainingConfig.OnNonFinite.ABORT));
        assertThatThrownBy(() -> Trainer.train(aborting))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("[step 2] non_finite")
                .hasMessageContaining("training.onNonFinite=skip");
        assertThat(folder.resolve("run/checkpoints/step-00000001")).isDirectory();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 100})
    void nonFiniteWeightsEndTheRunWithoutAModel(long loggedEvery) {
        Path shards = TestCorpus.write(folder.resolve("shards"), TestCorpus.documents(60, 1));
        RunConfig config = diverging(shards, "run", loggedEvery);
        RunConfig lost = config.withOptimizer(config.optimizer().withLearningRate(1e300));
        assertThatThrownBy(() -> Trainer.train(lost))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("weights are infinite or NaN")
                .hasMessageContaining("optimizer.learningRate");
        assertThat(folder.resolve("run/model")).doesNotExist();
        assertThat(folder.resolve("run/checkpoints")).isEmptyDirectory();
    }

    @Test
    void hundredConsecutiveSkippedStepsEndTheRun() {
        Path shards = TestCorpus.write(folder.resolve("shards"), TestCorpus.documents(60, 1));
        RunConfig config = diverging(shards, "run", 1000);
        assertThatThrownBy(
                        () -> Trainer.train(config.withTraining(config.training().withSteps(300))))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("100 steps in a row had no finite loss or gradient");
    }

    @Test
    void aRunWithMostStepsSkippedEndsWithoutAModelAndKeepsItsGoodCheckpoint() {
        Path shards = TestCorpus.write(folder.resolve("shards"), TestCorpus.documents(60, 1));
        RunConfig config = diverging(shards, "run", 100);
        RunConfig saving =
                config.withCheckpoint(
                        new CheckpointConfig(1, 2, CheckpointConfig.NONE, false, false));
        assertThatThrownBy(() -> Trainer.train(saving))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("6 of 7 steps were skipped")
                .hasMessageContaining("optimizer.learningRate");
        assertThat(folder.resolve("run/model")).doesNotExist();
        assertThat(folder.resolve("run/checkpoints"))
                .isDirectoryContaining("glob:**step-00000001")
                .isDirectoryNotContaining("glob:**step-0000000[2-7]");
    }

    @Test
    void recordsSayTheVocabularyOfTheModelAndAbsolutePaths() throws IOException {
        Path shards = TestCorpus.write(folder.resolve("shards"), TestCorpus.documents(60, 1));
        RunConfig config = TestCorpus.run(shards, folder.resolve("run"), 2, 1);
        Trainer.train(config.withModel(config.model().withVocabularySize(8_192)));
        RunConfig recorded =
                ConfigLoader.load(RunConfig.class, folder.resolve("run/config.yaml"), List.of());
        assertThat(recorded.model().vocabularySize()).isEqualTo(TestCorpus.VOCABULARY);
        assertThat(recorded.data().tokenizer().vocabularySize()).isEqualTo(TestCorpus.VOCABULARY);
        assertThat(recorded.data().shards().get(0).path()).isAbsolute();
        assertThat(Files.readString(folder.resolve("run/model/config.json")))
                .doesNotContain("8192");
    }

    @Test
    void aDryRunChangesNothing() {
        Path shards = TestCorpus.write(folder.resolve("shards"), TestCorpus.documents(60, 1));
        RunConfig with = TestCorpus.run(shards, folder.resolve("with"), 4, 2);
        RunConfig without = TestCorpus.run(shards, folder.resolve("without"), 4, 2);
        Trainer.train(with);
        Trainer.train(without.withTraining(without.training().withDryRun(false)));
        for (String file : List.of("model.safetensors", "optimizer.safetensors")) {
            String checkpoint = "checkpoints/step-00000004/" + file;
            assertThat(folder.resolve("with").resolve(checkpoint))
                    .hasSameBinaryContentAs(folder.resolve("without").resolve(checkpoint));
        }
    }

    @Test
    void modelTooLargeForMemoryIsRejectedWithTheKeysToChange() {
        Path shards = TestCorpus.write(folder.resolve("shards"), TestCorpus.documents(20, 1));
        RunConfig config = TestCorpus.run(shards, folder.resolve("run"), 4, 1);
        assertThatThrownBy(() -> Trainer.train(config.withModel(huge())))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("[memory] the model with its optimizer does not fit")
                .hasMessageContaining("training.batchSize, now 4")
                .hasMessageContaining("training.recompute=all")
                .hasMessageContaining("optimizer.stateFormat=bf16");
    }

    /** Returns a model whose first table takes 1 TB. */
    private static ModelConfig huge() {
        return new ModelConfig(
                TestCorpus.VOCABULARY,
                1 << 30,
                1,
                1,
                1,
                8,
                8,
                Activation.GEGLU,
                TestCorpus.CONTEXT,
                10_000,
                1e-6,
                true,
                false,
                false,
                0,
                MetadataConfig.defaults());
    }

    @ParameterizedTest
    @CsvSource({"ADAMW, BF16", "MUON, F32", "MUON, BF16"})
    void everyOptimizerReducesTheLossOnRealText(OptimizerConfig.Kind kind, Precision format) {
        Path shards = TestCorpus.write(folder.resolve("shards"), TestCorpus.realText());
        RunConfig config = TestCorpus.run(shards, folder.resolve("run"), 150, 1);
        RunConfig chosen =
                config.withOptimizer(config.optimizer().withKind(kind).withStateFormat(format));
        List<StepMetrics> steps = train(chosen);
        assertThat(steps.get(149).loss()).isLessThan(4);
    }

    @Test
    void finalModelAndEvaluationUseTheAverageUnlessDisabled() {
        Path shards = TestCorpus.write(folder.resolve("shards"), TestCorpus.documents(60, 1));
        RunConfig plain = TestCorpus.run(shards, folder.resolve("plain"), 12, 1);
        RunConfig averaged = averaging(TestCorpus.run(shards, folder.resolve("average"), 12, 1));
        RunConfig off =
                averaging(TestCorpus.run(shards, folder.resolve("off"), 12, 1))
                        .withEvaluation(
                                EvaluationConfig.defaults()
                                        .with(
                                                e ->
                                                        e.everySteps(0)
                                                                .tokens(0)
                                                                .batchSize(8)
                                                                .averaged(false)));
        double plainLoss = evaluated(plain);
        assertThat(evaluated(off)).isEqualTo(plainLoss);
        assertThat(evaluated(averaged)).isNotEqualTo(plainLoss);
        String weights = "checkpoints/step-00000012/model.safetensors";
        assertThat(folder.resolve("average").resolve(weights))
                .as("training continues with the weights themselves")
                .hasSameBinaryContentAs(folder.resolve("plain").resolve(weights));
        assertThat(folder.resolve("off/model/model.safetensors"))
                .hasSameBinaryContentAs(folder.resolve("plain/model/model.safetensors"));
        try (SafetensorsFile average =
                        SafetensorsFile.open(
                                folder.resolve(
                                        "average/checkpoints/step-00000012/average.safetensors"));
                SafetensorsFile model =
                        SafetensorsFile.open(folder.resolve("average/model/model.safetensors"))) {
            int bytes = 4 * 16;
            assertThat(model.slice("final.norm", 0, bytes))
                    .isEqualTo(average.slice("average.final.norm", 0, bytes));
        }
    }

    private static RunConfig averaging(RunConfig config) {
        return config.withOptimizer(config.optimizer().withAverageDecay(0.9));
    }

    private static double evaluated(RunConfig config) {
        return Trainer.train(config).evaluation().orElseThrow().loss();
    }
}
