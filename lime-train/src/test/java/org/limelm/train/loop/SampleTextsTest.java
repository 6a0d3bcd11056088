package org.limelm.train.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.core.config.ConfigLoader;
import org.limelm.core.io.Sha256;
import org.limelm.train.config.CheckpointConfig;
import org.limelm.train.config.RunConfig;
import org.limelm.train.generation.GeneratedText;
import org.limelm.train.prepare.CorpusPreparation;
import org.limelm.train.prepare.PreparationListener;
import org.limelm.train.record.EvaluationEntry;
import org.limelm.train.record.RunFolder;
import org.limelm.train.record.RunLogs;
import org.limelm.train.record.StepMetrics;
import org.limelm.train.record.Tracker;

/** Texts generated during training, and the trackers that receive them. */
class SampleTextsTest {
    private static final String SMALL =
            """
            data: {tokenizer: {vocabularySize: 600}, validationFraction: 0.3}
            model: {hiddenSize: 32, numLayers: 2, numHeads: 2, numKvHeads: 2, headDim: 16, ffnSize: 64,
                    contextLength: 64}
            training: {steps: 4, batchSize: 4, threads: 1}
            optimizer: {averageDecay: 0.9}
            schedule: {warmupSteps: 2}
            evaluation: {everySteps: 2, tokens: 500}
            logging: {measurePeak: false, everySteps: 1}
            """;

    private static final String PROMPTS = "evaluation.prompts=[\"The people\", \"My \\\"fellow\"]";

    @TempDir private static Path folder;

    @BeforeAll
    static void sample() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(
                        SampleTextsTest.class.getResourceAsStream(
                                "/org/limelm/train/sample/sotu.jsonl.gz"))) {
            String all = new String(new GZIPInputStream(in).readAllBytes(), StandardCharsets.UTF_8);
            Files.writeString(
                    folder.resolve("corpus.jsonl"),
                    all.lines().limit(4).collect(Collectors.joining("\n")));
        }
        Files.writeString(folder.resolve("small.yaml"), SMALL);
    }

    private static RunConfig config(String name, String... overrides) {
        List<String> all =
                new ArrayList<>(
                        List.of(
                                "data.corpus=" + folder.resolve("corpus.jsonl"),
                                "data.work=" + folder.resolve("work"),
                                "run.folder=" + folder.resolve(name)));
        all.addAll(List.of(overrides));
        RunConfig config = ConfigLoader.load(RunConfig.class, folder.resolve("small.yaml"), all);
        return CorpusPreparation.prepare(config, PreparationListener.SILENT);
    }

    private static TrainResult train(RunConfig config, TrainingHooks hooks) {
        try (StopSignal never = StopSignal.manual()) {
            return Trainer.train(config, hooks, never);
        }
    }

    private static String weights(RunConfig config) {
        return Sha256.ofFile(
                config.run().folder().resolve("checkpoints/step-00000004/model.safetensors"));
    }

    @Test
    void textsAreLoggedAndDoNotChangeTheTraining() throws IOException {
        RunConfig without = config("without");
        train(without, TrainingHooks.none());
        RunConfig with = config("with", PROMPTS, "evaluation.promptTokens=7");
        List<String> heard = new ArrayList<>();
        TrainingListener listener =
                new TrainingListener() {
                    @Override
                    public void onSamples(long step, List<GeneratedText> samples) {
                        samples.forEach(text -> heard.add(step + text.prompt() + text.text()));
                    }
                };
        train(with, TrainingHooks.of(listener));
        assertThat(weights(with)).isEqualTo(weights(without));

        List<EvaluationEntry> entries = RunLogs.evaluations(new RunFolder(with.run().folder()));
        assertThat(entries).extracting(EvaluationEntry::step).containsExactly(2L, 4L);
        List<GeneratedText> last = entries.get(1).samples().orElseThrow();
        assertThat(last)
                .extracting(GeneratedText::prompt)
                .containsExactly("The people", "My \"fellow");
        assertThat(last).allMatch(text -> text.tokens() <= 7 && text.annotation().equals("causal"));
        assertThat(heard).hasSize(4).contains("4The people" + last.get(0).text());
        assertThat(RunLogs.evaluations(new RunFolder(without.run().folder())).get(0).samples())
                .isEmpty();
        try (Stream<Path> files = Files.list(with.run().folder().resolve("tensorboard"))) {
            String events =
                    Files.readString(files.findFirst().orElseThrow(), StandardCharsets.ISO_8859_1);
            assertThat(events).contains("samples", "config", "eval/perplexity", "My \"fellow");
        }
    }

    @Test
    void aModelThatCannotGenerateTrainsWithOneWarning() {
        List<String> warnings = new ArrayList<>();
        TrainingListener listener =
                new TrainingListener() {
                    @Override
                    public void onWarning(String message) {
                        warnings.add(message);
                    }
                };
        train(config("full", PROMPTS, "annotation=full"), TrainingHooks.of(listener));
        assertThat(warnings).hasSize(1);
        assertThat(warnings.get(0)).contains("evaluation.prompts", "lime/full");
    }

    @Test
    void aCallbackSamplesText() {
        List<GeneratedText> texts = new ArrayList<>();
        train(
                config("callback"),
                TrainingHooks.none()
                        .withCallbacks(
                                new TrainingCallback() {
                                    @Override
                                    public void afterStep(
                                            StepMetrics metrics, TrainingControl control) {
                                        texts.add(control.sample("The", 3));
                                    }
                                }));
        assertThat(texts).hasSize(4).allMatch(text -> text.prompt().equals("The"));
    }

    /** Counts what it receives and fails on demand. */
    private static final class Recorder implements Tracker {
        private final List<String> calls = new ArrayList<>();
        private final boolean failing;

        Recorder(boolean failing) {
            this.failing = failing;
        }

        @Override
        public void scalars(long step, Map<String, Double> values) {
            calls.add(step + " " + String.join(" ", values.keySet()));
            if (failing) {
                throw new IllegalStateException("no connection");
            }
        }

        @Override
        public void text(long step, String name, String markdown) {
            calls.add(step + " " + name);
        }

        @Override
        public void end(Outcome outcome) {
            calls.add(outcome.name());
        }
    }

    @Test
    void trackersReceiveTheRunAndNeverEndIt() {
        Recorder sound = new Recorder(false);
        Recorder failing = new Recorder(true);
        List<String> warnings = new ArrayList<>();
        TrainingListener listener =
                new TrainingListener() {
                    @Override
                    public void onWarning(String message) {
                        warnings.add(message);
                    }
                };
        TrainResult result =
                train(
                        config("own", PROMPTS),
                        TrainingHooks.of(listener).withTrackers(failing, sound));
        assertThat(result.model()).isPresent();
        assertThat(failing.calls).hasSize(3).endsWith("FAILED");
        assertThat(warnings).hasSize(1);
        assertThat(warnings.get(0)).contains("Recorder", "no connection", "no longer tracked");
        assertThat(sound.calls)
                .startsWith("0 config")
                .contains(
                        "4 samples", "4 eval/loss eval/perplexity eval/bits_per_byte eval/accuracy")
                .endsWith("FINISHED");
    }

    @Test
    void csvAndMlflowFilesHoldEveryPointOnceAfterAResume() throws IOException {
        Path store = folder.resolve("mlruns");
        RunConfig config =
                config(
                        "tracked",
                        PROMPTS,
                        "logging.trackers=[csv, mlflow]",
                        "logging.mlflowFolder=" + store,
                        "checkpoint.everySteps=2");
        TrainingCallback stopAtThree =
                new TrainingCallback() {
                    @Override
                    public void afterStep(StepMetrics metrics, TrainingControl control) {
                        if (metrics.step() == 3) {
                            control.stop();
                        }
                    }
                };
        train(config, TrainingHooks.none().withCallbacks(stopAtThree));
        Path run = config.run().folder();
        String id = Files.readString(run.resolve("mlflow-run-id")).strip();
        Path tracked = store.resolve("0").resolve(id);
        assertThat(tracked.resolve("meta.yaml")).content().contains("status: 5\n");
        CheckpointConfig fromTwo =
                config.checkpoint().withResume(run + "/checkpoints/step-00000002");
        train(config.withCheckpoint(fromTwo), TrainingHooks.none());

        List<String> csv = Files.readAllLines(run.resolve("metrics.csv"));
        assertThat(csv.get(0))
                .isEqualTo(
                        "step,train/loss,train/learning_rate,train/gradient_norm,speed/tokens_per_second,"
                                + "speed/peak_share,eval/loss,eval/perplexity,eval/bits_per_byte,eval/accuracy");
        assertThat(csv.stream().skip(1).map(line -> line.replaceAll(",.*", "")))
                .containsExactly("1", "2", "2", "3", "4", "4");
        assertThat(csv.get(3)).matches("2,,,,,,[\\d.]+,[\\d.]+,[\\d.]+,[\\d.E-]+");

        assertThat(tracked.resolve("meta.yaml"))
                .content()
                .contains("run_id: \"" + id + "\"", "status: 3\n", "lifecycle_stage: active");
        assertThat(store.resolve("0/meta.yaml")).content().contains("name: Default");
        assertThat(Files.readAllLines(tracked.resolve("metrics/train/loss")))
                .hasSize(4)
                .allMatch(line -> line.matches("\\d{13} [\\d.]+ [1-4]"));
        assertThat(Files.readAllLines(tracked.resolve("metrics/eval/bits_per_byte"))).hasSize(2);
        assertThat(tracked.resolve("params/training.steps")).hasContent("4");
        assertThat(tracked.resolve("tags/arm")).hasContent("lime/causal");
        assertThat(tracked.resolve("artifacts/samples.md")).content().contains("The people");
    }
}
