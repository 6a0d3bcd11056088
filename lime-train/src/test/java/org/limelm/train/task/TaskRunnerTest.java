package org.limelm.train.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.core.ConfigException;
import org.limelm.core.LimeException;
import org.limelm.core.io.Json;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.random.SplitMix64;
import org.limelm.train.RandomModels;
import org.limelm.train.arm.Arm;
import org.limelm.train.arm.NextTags;
import org.limelm.train.arm.TagDropout;
import org.limelm.train.evaluation.TagSupply;
import org.limelm.train.generation.TrainedModel;

/** Tasks that consist of files, on models with random weights. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TaskRunnerTest {
    private static final int EXAMPLES = 200;
    private static final String OWN_TASK =
            """
            name: colours
            data: {kind: jsonl, path: colours.jsonl}
            prompt: "The colour of {{thing}} is"
            answer:
              kind: choices
              texts: "{{colours}}"
              label: "{{right}}"
              unconditional: "The colour is"
            metrics: [accuracy, accuracy-characters, accuracy-unconditional, bits-per-byte]
            group: "{{kind}}"
            given: {pos: NN|NOUN}
            """;

    @TempDir private static Path folder;
    private TrainedModel causal;
    private TrainedModel next;

    @BeforeAll
    void open() throws IOException {
        Path tokenizer = RandomModels.tokenizer(folder);
        causal = open("causal", tokenizer, Arm.LIME, AnnotationMode.CAUSAL);
        next = open("next", tokenizer, Arm.LIME_PLUS_1, AnnotationMode.FULL);
        List<String> things = List.of("grass", "snow", "the sky", "blood", "my house");
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < EXAMPLES; i++) {
            long shuffled = SplitMix64.bounded(SplitMix64.hash(3, i), 4);
            lines.add(
                    "{\"thing\": \"%s %d\", \"colours\": [\"red\", \"green\", \"white\", \"blue\"], \"right\": %d, \"kind\": \"%s\"}"
                            .formatted(
                                    things.get(i % 5), i, shuffled, i % 2 == 0 ? "even" : "odd"));
        }
        Files.write(folder.resolve("colours.jsonl"), lines);
        Files.writeString(folder.resolve("colours.yaml"), OWN_TASK);
    }

    private TrainedModel open(String name, Path tokenizer, Arm arm, AnnotationMode mode) {
        return TrainedModel.open(RandomModels.save(folder.resolve(name), tokenizer, arm, mode));
    }

    @AfterAll
    void close() {
        causal.close();
        next.close();
    }

    private Task own() {
        return Task.load(folder.resolve("colours.yaml").toString());
    }

    private Task changed(String from, String to) throws IOException {
        Path file = folder.resolve("changed.yaml");
        assertThat(OWN_TASK).contains(from);
        Files.writeString(file, OWN_TASK.replace(from, to));
        return Task.load(file.toString());
    }

    private static TaskOptions options(AnswerTags tags, int batchSize, int shots, long limit) {
        return new TaskOptions(
                Optional.empty(),
                tags,
                batchSize,
                limit,
                OptionalInt.of(shots),
                Optional.empty(),
                Optional.empty());
    }

    private static TaskResult run(TrainedModel model, TaskOptions options, Task task) {
        return new TaskRunner(model, options).run(List.of(task), TaskListener.SILENT).get(0);
    }

    @Test
    void aTaskOfAYamlFileReportsItsFiguresAndWhatTheyDependOn() {
        TaskResult result = run(causal, TaskOptions.defaults(), own());
        assertThat(result.task()).isEqualTo("colours");
        assertThat(result.arm()).isEqualTo("lime/causal");
        assertThat(result.annotation()).isEqualTo("causal");
        assertThat(result.origin()).isEqualTo("observed");
        assertThat(result.annotator()).isEqualTo(causal.annotators().id());
        assertThat(result.data()).isEqualTo("colours.jsonl");
        assertThat(result.all().examples()).isEqualTo(EXAMPLES);
        assertThat(result.all().chance()).contains(0.25);
        assertThat(result.groups()).extracting(TaskGroup::group).containsExactly("even", "odd");
        assertThat(result.groups()).extracting(TaskGroup::examples).containsExactly(100, 100);
        assertThat(TaskTable.of(List.of(result)))
                .contains("colours", "accuracy-characters", "  odd", "0.2500", "observed");
    }

    @Test
    void scoresAreAtChanceWithShuffledLabels() {
        MetricValue accuracy = run(causal, TaskOptions.defaults(), own()).metric(Metric.ACCURACY);
        double error = Math.sqrt(0.25 * 0.75 / EXAMPLES);
        assertThat(accuracy.value()).isCloseTo(0.25, within(3 * error));
        assertThat(accuracy.standardError().orElseThrow()).isCloseTo(error, within(0.1 * error));
    }

    @Test
    void aSecondRunRepeatsExactlyAndAnotherBatchSizeToRounding() {
        TaskResult first = run(causal, options(AnswerTags.byAnnotator(), 16, 2, 50), own());
        assertThat(run(causal, options(AnswerTags.byAnnotator(), 16, 2, 50), own()))
                .isEqualTo(first);
        TaskResult other = run(causal, options(AnswerTags.byAnnotator(), 3, 2, 50), own());
        assertThat(other.metric(Metric.BITS_PER_BYTE).value())
                .isCloseTo(first.metric(Metric.BITS_PER_BYTE).value(), within(1e-4));
        assertThat(first.truncated()).as("two solved examples exceed 32 tokens").isPositive();
    }

    @Test
    void theLogHoldsWhatTheFiguresAreComputedFrom() throws IOException {
        Path log = Files.createDirectories(folder.resolve("log"));
        TaskOptions all = TaskOptions.defaults();
        TaskOptions logged =
                new TaskOptions(
                        all.mode(),
                        all.tags(),
                        all.batchSize(),
                        0,
                        all.shots(),
                        all.data(),
                        Optional.of(log));
        TaskResult result = run(causal, logged, own());
        List<String> lines = Files.readAllLines(log.resolve("colours.jsonl"));
        assertThat(lines).hasSize(EXAMPLES);
        int right = 0;
        double bits = 0;
        double bytes = 0;
        for (String line : lines) {
            JsonNode example = Json.parse(line, JsonNode.class, "log");
            int label = example.path("label").asInt();
            int best = 0;
            for (int i = 1; i < 4; i++) {
                best = logLikelihood(example, i) > logLikelihood(example, best) ? i : best;
            }
            right += best == label ? 1 : 0;
            bits -= logLikelihood(example, label) / Math.log(2);
            bytes += example.path("choices").path(label).path("bytes").asInt();
            assertThat(example.path("unconditional")).hasSize(4);
            assertThat(example.path("values").path("accuracy").asInt())
                    .isEqualTo(best == label ? 1 : 0);
        }
        assertThat(result.metric(Metric.ACCURACY).value())
                .isCloseTo((double) right / EXAMPLES, within(1e-12));
        assertThat(result.metric(Metric.BITS_PER_BYTE).value())
                .isCloseTo(bits / bytes, within(1e-12));
    }

    private static double logLikelihood(JsonNode example, int choice) {
        return example.path("choices").path(choice).path("logLikelihood").asDouble();
    }

    @Test
    void givenTagsComeFromTheTaskOrTheUser() {
        TaskResult oracle = run(next, options(AnswerTags.byAnnotator(), 16, 0, 20), own());
        TaskResult byTask = run(next, options(new AnswerTags.ByTask(), 16, 0, 20), own());
        AnswerTags same = new AnswerTags.Given(Map.of("pos", "NN"));
        TaskResult byUser = run(next, options(same, 16, 0, 20), own());
        assertThat(oracle.origin()).isEqualTo("oracle");
        assertThat(byTask.origin()).isEqualTo("given");
        assertThat(byUser).isEqualTo(byTask);
        assertThat(byTask.metric(Metric.BITS_PER_BYTE).value())
                .isNotEqualTo(oracle.metric(Metric.BITS_PER_BYTE).value());
        assertThatThrownBy(
                        () ->
                                run(
                                        next,
                                        options(
                                                new AnswerTags.Given(Map.of("pos", "COLOUR")),
                                                16,
                                                0,
                                                20),
                                        own()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll("[task colours]", "'COLOUR'", "JJ");
    }

    @Test
    void aMistypedFeatureOfGivenTagsIsRefused() throws IOException {
        AnswerTags mistyped = new AnswerTags.Given(Map.of("pos", "NN", "nre", "CARDINAL"));
        assertThatThrownBy(() -> run(next, options(mistyped, 16, 0, 2), own()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll("[given tags]", "[nre]", "[pos, ner]");
        // A task may name features that some models do not have.
        Task wide = changed("given: {pos: NN|NOUN}", "given: {pos: NN|NOUN, shape: xx}");
        TaskResult byTask = run(next, options(new AnswerTags.ByTask(), 16, 0, 2), wide);
        assertThat(byTask.origin()).isEqualTo("given");
    }

    @Test
    void givenTagsOfAnAnnotatedFeatureWithoutATableAreIgnored() {
        Path model =
                RandomModels.save(
                        folder.resolve("pos"),
                        RandomModels.tokenizer(folder),
                        Arm.of("lime-pos"),
                        AnnotationMode.CAUSAL);
        AnswerTags tags = new AnswerTags.Given(Map.of("pos", "NN", "ner", "CARDINAL"));
        try (TrainedModel pos = TrainedModel.open(model)) {
            assertThat(run(pos, options(tags, 16, 0, 2), own()).origin()).isEqualTo("given");
        }
    }

    @Test
    void generatedAnswersNeedTagsThatAreAvailable() {
        Task sums = Task.load("arithmetic-generate");
        TaskResult observed = run(causal, options(AnswerTags.byAnnotator(), 16, 1, 6), sums);
        assertThat(observed.origin()).isEqualTo("observed");
        assertThat(observed.metric(Metric.EXACT_MATCH).samples()).isEqualTo(6);
        assertThat(observed.all().chance()).isEmpty();
        assertThatThrownBy(() -> run(next, options(AnswerTags.byAnnotator(), 16, 1, 6), sums))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("lime+1/full");
        TaskResult given = run(next, options(new AnswerTags.ByTask(), 16, 1, 6), sums);
        assertThat(given.origin()).isEqualTo("given");
        assertThat(run(next, options(new AnswerTags.ByTask(), 16, 1, 6), sums)).isEqualTo(given);
    }

    /** A model that predicts its tags generates with the annotator of its training. */
    @Test
    void theRowOfGeneratedAnswersStatesTheTagsThatWereRead() {
        Task sums = Task.load("arithmetic-generate");
        TaskOptions all = options(AnswerTags.byAnnotator(), 16, 1, 3);
        TaskOptions prefix =
                new TaskOptions(
                        Optional.of(AnnotationMode.PREFIX),
                        all.tags(),
                        all.batchSize(),
                        all.limit(),
                        all.shots(),
                        all.data(),
                        all.log());
        Path model =
                RandomModels.save(
                        folder.resolve("own"),
                        RandomModels.tokenizer(folder),
                        Arm.LIME_PLUS_1.withNextTags(NextTags.of("0.3")),
                        AnnotationMode.CAUSAL);
        try (TrainedModel own = TrainedModel.open(model)) {
            TaskResult result = run(own, prefix, sums);
            assertThat(result.annotation()).isEqualTo("causal");
            assertThat(result.origin()).isEqualTo("predicted");
            assertThat(result.annotator()).isEqualTo(own.annotators().id());
            assertThat(result).isEqualTo(run(own, all, sums));
        }
        TaskResult read = run(causal, prefix, sums);
        assertThat(read.annotation()).isEqualTo("prefix");
        assertThat(read.origin()).isEqualTo("observed");
    }

    @Test
    void generatedAnswersCanDoWithoutTags() {
        Task sums = Task.load("arithmetic-generate");
        AnswerTags none = new AnswerTags.ByModel(new TagSupply.None());
        Path model =
                RandomModels.save(
                        folder.resolve("dropped"),
                        RandomModels.tokenizer(folder),
                        Arm.LIME.withDropout(TagDropout.of("0.3")),
                        AnnotationMode.FULL);
        try (TrainedModel dropped = TrainedModel.open(model)) {
            TaskResult result = run(dropped, options(none, 16, 1, 6), sums);
            assertThat(result.origin()).isEqualTo("none");
            assertThat(result.annotation()).isEqualTo("none");
        }
        assertThatThrownBy(() -> run(causal, options(none, 16, 1, 6), sums))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("[tags none]");
    }

    @Test
    void mistakesInATaskAreNamed() throws IOException {
        Task unknownField = changed("{{thing}}", "{{think}}");
        assertThatThrownBy(() -> run(causal, TaskOptions.defaults(), unknownField))
                .isInstanceOf(LimeException.class)
                .hasMessageContainingAll("colours.jsonl:1", "'think'", "thing");
        Task missingFile = changed("path: colours.jsonl", "path: colors.jsonl");
        assertThatThrownBy(() -> run(causal, TaskOptions.defaults(), missingFile))
                .isInstanceOf(LimeException.class)
                .hasMessageContainingAll("[task colours]", "colors.jsonl", "thing, colours, right");
        Task longPrompt = changed("group:", "longPrompt: error\ngroup:");
        assertThatThrownBy(
                        () -> run(causal, options(AnswerTags.byAnnotator(), 4, 3, 9), longPrompt))
                .isInstanceOf(LimeException.class)
                .hasMessageContainingAll("[task colours, ", "exceed the model's context by");
        assertThatThrownBy(() -> changed("accuracy-characters", "exact-match"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll("exact-match", "accuracy-bytes");
        assertThatThrownBy(() -> changed("prompt:", "promt:"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll("changed.yaml:3", "'promt'", "prompt");
        assertThatThrownBy(
                        () ->
                                new TaskRunner(causal, TaskOptions.defaults())
                                        .run(List.of(own(), own()), TaskListener.SILENT))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("two tasks are named 'colours'");
        assertThatThrownBy(() -> Task.load("blimpp"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll("'blimpp'", "blimp", ".yaml");
        Path stopped = folder.resolve("stopped.yaml");
        Files.writeString(
                stopped,
                """
                name: stopped
                data: {kind: arithmetic}
                prompt: "{{question}}"
                answer: {kind: generated, answers: ["{{answer}}"], maxTokens: 5, stop: [".", ""]}
                metrics: [exact-match]
                """);
        assertThatThrownBy(() -> Task.load(stopped.toString()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll("stopped.yaml:4", "an empty text in stop");
        Files.writeString(folder.resolve("bad.jsonl"), "{\"thing\": \"x\"}\n{\"thing\": \n");
        Task malformed = changed("path: colours.jsonl", "path: bad.jsonl");
        assertThatThrownBy(() -> run(causal, TaskOptions.defaults(), malformed))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("bad.jsonl:2");
        Files.writeString(
                folder.resolve("empty.jsonl"),
                "{\"thing\": \"x\", \"colours\": [\"red\", \"\"], \"right\": 0, \"kind\": \"odd\"}\n");
        Task emptyChoice = changed("path: colours.jsonl", "path: empty.jsonl");
        assertThatThrownBy(() -> run(causal, TaskOptions.defaults(), emptyChoice))
                .isInstanceOf(LimeException.class)
                .hasMessageContainingAll("empty.jsonl:1", "text 2 of 2", "empty");
    }

    @Test
    void aResultIsReportedBeforeALaterTaskFails() throws IOException {
        Task late = changed("name: colours", "name: late\nlongPrompt: error");
        List<String> reported = new ArrayList<>();
        TaskListener listener =
                new TaskListener() {
                    @Override
                    public void progress(String task, long done, long total) {}

                    @Override
                    public void result(TaskResult result) {
                        reported.add(result.task());
                    }
                };
        TaskRunner runner = new TaskRunner(causal, options(AnswerTags.byAnnotator(), 4, 3, 9));
        assertThatThrownBy(() -> runner.run(List.of(own(), late), listener))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("[task late, ");
        assertThat(reported).containsExactly("colours");
    }
}
