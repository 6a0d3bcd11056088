package org.limelm.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.limelm.core.io.Json;
import org.limelm.core.io.Sha256;
import org.limelm.train.DocumentedCode;
import org.limelm.train.TestCorpus;
import org.limelm.train.checkpoint.TrainState;
import org.limelm.train.config.CheckpointConfig;
import org.limelm.train.config.RunConfig;
import org.limelm.train.evaluation.EvaluationResult;
import org.limelm.train.overview.RunSummary;
import org.limelm.train.record.EvaluationEntry;
import org.limelm.train.record.RunFolder;
import org.limelm.train.record.RunLogs;
import org.limelm.train.record.StepMetrics;

class TrainingCallbackTest {
    private static final int STEPS = 8;

    @TempDir private Path folder;
    private Path shards = Path.of("");

    @BeforeEach
    void writeShards() {
        shards = TestCorpus.write(folder.resolve("shards"), TestCorpus.documents(60, 1));
    }

    private RunConfig run(String name) {
        return TestCorpus.run(shards, folder.resolve(name), STEPS, 1);
    }

    private static TrainResult train(RunConfig config, TrainingCallback... callbacks) {
        try (StopSignal never = StopSignal.manual()) {
            return Trainer.train(config, TrainingHooks.none().withCallbacks(callbacks), never);
        }
    }

    private static RunConfig resumed(RunConfig config) {
        return config.withCheckpoint(config.checkpoint().withResume(CheckpointConfig.LATEST));
    }

    private static TrainingCallback afterStep(long step, Consumer<TrainingControl> action) {
        return new TrainingCallback() {
            @Override
            public void afterStep(StepMetrics metrics, TrainingControl control) {
                assertThat(control.step()).isEqualTo(metrics.step());
                assertThat(control.totalSteps()).isEqualTo(STEPS);
                if (metrics.step() == step) {
                    action.accept(control);
                }
            }
        };
    }

    private static Path checkpoint(RunConfig config, long step) {
        return config.run().folder().resolve("checkpoints").resolve("step-%08d".formatted(step));
    }

    private static List<String> hashes(RunConfig config) {
        Path last = checkpoint(config, STEPS);
        return List.of(
                Sha256.ofFile(last.resolve("model.safetensors")),
                Sha256.ofFile(last.resolve("optimizer.safetensors")));
    }

    private static List<Double> rates(RunConfig config) {
        return RunLogs.metrics(new RunFolder(config.run().folder())).stream()
                .map(StepMetrics::learningRate)
                .toList();
    }

    /** Halves the rate at every third step it has seen, in all parts of the run. */
    private static final class Halving implements TrainingCallback {
        @Override
        public void afterStep(StepMetrics metrics, TrainingControl control) {
            double seen = control.recall("seen").orElse(0) + 1;
            control.remember("seen", seen);
            if (seen % 3 == 0) {
                control.setLearningRateFactor(control.learningRateFactor() / 2);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {2, 3, 5, 7})
    void aChangedRateAndWhatIsRememberedSurviveAResume(long stopAt) {
        RunConfig straight = run("straight");
        train(straight, new Halving());
        RunConfig interrupted = run("interrupted");
        TrainResult first =
                train(interrupted, new Halving(), afterStep(stopAt, TrainingControl::stop));
        assertThat(first.stopped()).isTrue();
        assertThat(first.step()).isEqualTo(stopAt);
        assertThat(first.model()).isEmpty();
        train(resumed(interrupted), new Halving());
        assertThat(rates(interrupted)).isEqualTo(rates(straight));
        assertThat(hashes(interrupted)).isEqualTo(hashes(straight));

        RunConfig plain = run("plain");
        train(plain);
        assertThat(rates(straight).subList(0, 3)).isEqualTo(rates(plain).subList(0, 3));
        assertThat(rates(straight).get(3)).isEqualTo(rates(plain).get(3) / 2);
        assertThat(rates(straight).get(6)).isEqualTo(rates(plain).get(6) / 4);
    }

    @Test
    void callbacksThatOnlyLookChangeNothing() throws IOException {
        RunConfig plain = run("plain");
        train(plain);
        RunConfig watched = run("watched");
        List<Long> seen = new ArrayList<>();
        train(
                watched,
                new TrainingCallback() {
                    @Override
                    public void afterStep(StepMetrics metrics, TrainingControl control) {
                        seen.add(metrics.step());
                    }
                });
        assertThat(seen).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
        assertThat(hashes(watched)).isEqualTo(hashes(plain));
        assertThat(state(watched).control()).isEmpty();
    }

    private static TrainState state(RunConfig config) {
        return Json.read(checkpoint(config, STEPS).resolve(TrainState.FILE), TrainState.class);
    }

    @Test
    void checkpointsAndEvaluationsOnRequest() {
        RunConfig config = run("run");
        List<Long> evaluated = new ArrayList<>();
        TrainingCallback recorder =
                new TrainingCallback() {
                    @Override
                    public void afterEvaluation(EvaluationResult result, TrainingControl control) {
                        evaluated.add(control.step());
                        control.evaluate(); // of a step that was just evaluated: ignored
                    }
                };
        train(
                config,
                recorder,
                afterStep(2, TrainingControl::evaluate),
                afterStep(5, TrainingControl::save));
        assertThat(evaluated).containsExactly(2L, 8L);
        assertThat(
                        RunLogs.evaluations(new RunFolder(config.run().folder())).stream()
                                .map(EvaluationEntry::step))
                .containsExactly(2L, 8L);
        assertThat(checkpoint(config, 5)).isDirectory();
        assertThat(checkpoint(config, 2)).doesNotExist();
    }

    @Test
    void earlyStoppingEndsTheRunWithAModel() {
        RunConfig config = run("run");
        RunConfig often =
                config.withEvaluation(config.evaluation().withEverySteps(1))
                        .withOptimizer(config.optimizer().withLearningRate(1e-30));
        TrainResult result = train(often, new EarlyStopping(3)); // without updates, no improvement
        assertThat(result.stopped()).isFalse();
        assertThat(result.step()).isEqualTo(4);
        assertThat(result.model()).contains(config.run().folder().resolve("model"));
        assertThat(checkpoint(config, 1)).as("of the best step").isDirectory();
        assertThat(rates(often).get(3)).as("halved twice").isLessThan(rates(often).get(1) / 3);

        TrainResult again = train(resumed(often), new EarlyStopping(3));
        assertThat(again.step()).as("started again after its end").isEqualTo(4);
        assertThat(again.stopped()).isFalse();
        RunFolder folder = new RunFolder(config.run().folder());
        assertThat(RunLogs.evaluations(folder))
                .extracting(EvaluationEntry::step)
                .containsExactly(1L, 2L, 3L, 4L);
        assertThat(RunSummary.of(config.run().folder()).state())
                .isEqualTo(RunSummary.State.FINISHED);

        RunConfig longer = often.withTraining(often.training().withSteps(STEPS + 4));
        assertThat(train(resumed(longer)).step()).as("extended").isEqualTo(STEPS + 4);
    }

    @Test
    void wrongValuesAndTextsWithoutATokenizerAreRefused() {
        assertThatThrownBy(() -> train(run("rate"), afterStep(1, c -> c.setLearningRateFactor(-1))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("learning rate factor");
        assertThatThrownBy(() -> train(run("nan"), afterStep(1, c -> c.remember("x", Double.NaN))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("remember x");
        assertThatThrownBy(() -> train(run("text"), afterStep(1, c -> c.sample("The", 3))))
                .hasMessageContaining("data.tokenizer.path");
    }

    @Test
    void javaApiShowsEarlyStopping() throws IOException {
        DocumentedCode.assertShows("docs/java-api.md", EarlyStopping.class, "EARLY-STOPPING");
    }
}
