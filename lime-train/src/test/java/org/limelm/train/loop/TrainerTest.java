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
import org.limelm.core.LimeException;
import org.limelm.train.TestCorpus;
import org.limelm.train.config.LoggingConfig;
import org.limelm.train.config.RunConfig;
import org.limelm.train.config.TrainingConfig;

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
    void onRealTextTheLossFallsFromThatOfGuessing() {
        Path shards = TestCorpus.write(folder.resolve("shards"), TestCorpus.realText());
        List<StepMetrics> steps = train(TestCorpus.run(shards, folder.resolve("run"), 150, 1));
        assertThat(steps.get(0).loss()).isCloseTo(Math.log(TestCorpus.VOCABULARY), offset(0.3));
        assertThat(steps.get(149).loss()).isLessThan(4);
    }

    @Test
    void aRunLeavesItsRecordAndItsModel() {
        Path shards = TestCorpus.write(folder.resolve("shards"), TestCorpus.documents(60, 1));
        RunFolder run = new RunFolder(folder.resolve("run"));
        TrainResult result = Trainer.train(TestCorpus.run(shards, run.root(), 4, 1));
        assertThat(List.of(run.config(), run.environment(), run.metrics(), run.evaluations()))
                .allMatch(Files::isRegularFile);
        assertThat(result.model()).contains(run.model());
        assertThat(result.evaluation().orElseThrow().annotation()).isEqualTo("causal");
        assertThat(result.evaluation().orElseThrow().origin()).isEqualTo("observed");
    }

    /** Weights that a first step of this size has thrown out of all bounds. */
    private RunConfig diverging(Path shards, String name, long loggedEvery) {
        RunConfig config = TestCorpus.run(shards, folder.resolve(name), 7, 2);
        return config.withOptimizer(config.optimizer().withLearningRate(1e25))
                .withLogging(new LoggingConfig(loggedEvery, false, false));
    }

    @Test
    void stepsThatAreSkippedAreReportedWithTheirDocumentsHoweverLateTheyAreRead()
            throws IOException {
        Path shards = TestCorpus.write(folder.resolve("shards"), TestCorpus.documents(60, 1));
        RunConfig atOnce = diverging(shards, "at-once", 1);
        RunConfig late = diverging(shards, "late", 100);

        TrainResult result = Trainer.train(late);
        Trainer.train(atOnce);

        assertThat(result.step()).isEqualTo(7);
        assertThat(result.skippedSteps()).isEqualTo(6);
        List<String> anomalies = Files.readAllLines(folder.resolve("late/anomalies.jsonl"));
        assertThat(anomalies).hasSize(6);
        assertThat(anomalies.get(0)).contains("\"step\":2", "non_finite", "shards:");
        assertThat(anomalies)
                .isEqualTo(Files.readAllLines(folder.resolve("at-once/anomalies.jsonl")));
    }

    @Test
    void aRunThatIsToAbortEndsAtTheFirstNonFiniteStepWithACheckpointOfTheStepBefore() {
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
}
