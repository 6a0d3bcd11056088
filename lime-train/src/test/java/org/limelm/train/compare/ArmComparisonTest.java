package org.limelm.train.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.core.LimeException;
import org.limelm.core.config.ConfigLoader;
import org.limelm.core.io.FolderLock;
import org.limelm.core.io.Json;
import org.limelm.train.config.ComparisonConfig;
import org.limelm.train.config.RunConfig;
import org.limelm.train.config.SourceConfig;
import org.limelm.train.evaluation.Sums;
import org.limelm.train.evaluation.TokenStatistics;
import org.limelm.train.loop.StopSignal;
import org.limelm.train.loop.TrainingListener;
import org.limelm.train.prepare.PreparationListener;

/** A comparison with an arm that a configuration file defines; the tests build on one another. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ArmComparisonTest {
    private static final String OWN_ARM = "lime-pos(source=noise:0.2)/causal";
    private static final int RUNS = 4;

    @TempDir private static Path folder;

    @Test
    @Order(1)
    void anArmOfAUsersIsTrainedAndComparedFromItsConfigurationAlone() {
        Recorder recorder = new Recorder();
        Comparison comparison = compare(recorder);
        assertThat(recorder.trained).hasSize(RUNS);
        assertThat(comparison.arms())
                .extracting(ArmFigures::arm)
                .containsExactly("baseline", OWN_ARM);
        ArmFigures own = comparison.arms().get(1);
        assertThat(own.evaluatedIn()).isEqualTo("causal");
        assertThat(own.metadata()).isEqualTo("observed");
        assertThat(own.tokens()).isEqualTo(comparison.baseline().tokens());
        assertThat(own.curves()).hasSize(2).allSatisfy(curve -> assertThat(curve).hasSize(2));
        assertThat(own.classes()).isNotEmpty();
        assertThat(own.difference()).isPresent();
        assertThat(own.efficiency()).isPresent();
        assertThat(own.overhead().annotationSecondsPerMillionTokens()).isPresent();
    }

    @Test
    @Order(2)
    void statisticsAddUpToTheResultInEveryDivision() {
        ArmEvaluation evaluation =
                Json.read(run("baseline", 1).resolve("evaluations/none.json"), ArmEvaluation.class);
        TokenStatistics statistics = evaluation.statistics();
        Sums total = statistics.total();
        assertThat(total.tokens()).isEqualTo(evaluation.result().tokens());
        assertThat(total.bytes()).isEqualTo(evaluation.result().bytes());
        assertThat(total.nats() / total.tokens())
                .isCloseTo(evaluation.result().loss(), within(1e-9));
        assertThat(total.accuracy()).isCloseTo(evaluation.result().accuracy(), within(1e-12));
        assertThat(statistics.vocabulary().stream().mapToLong(token -> token.sums().tokens()).sum())
                .isEqualTo(total.tokens());
        Map<String, Long> byDivision =
                statistics.classes().stream()
                        .collect(
                                Collectors.groupingBy(
                                        entry -> entry.type().division(),
                                        Collectors.summingLong(entry -> entry.sums().tokens())));
        assertThat(byDivision).containsOnlyKeys("kind", "piece", "piece of word", "entity", "pos");
        assertThat(byDivision.values()).containsOnly(total.tokens());
    }

    @Test
    @Order(2)
    void aSecondCallReadsAllResults() {
        Recorder recorder = new Recorder();
        compare(recorder);
        assertThat(recorder.trained).isEmpty();
        assertThat(recorder.evaluated).isEmpty();
    }

    @Test
    @Order(3)
    void aMissingEvaluationIsRepeatedWithTheSameResult() throws IOException {
        Path file = run("baseline", 2).resolve("evaluations/none.json");
        String before = Files.readString(file);
        Files.delete(file);
        Recorder recorder = new Recorder();
        compare(recorder);
        assertThat(recorder.trained).isEmpty();
        assertThat(recorder.evaluated).containsExactly("baseline, seed 2: none");
        assertThat(file).hasContent(before);
    }

    @Test
    @Order(4)
    void anUnfinishedRunResumesFromItsCheckpointAndOtherRunsAreKept() throws IOException {
        Path run = run("baseline", 1);
        byte[] model = Files.readAllBytes(run.resolve("model/model.safetensors"));
        Files.delete(run.resolve(TrainedRun.FILE)); // as if killed before the record was written
        Recorder recorder = new Recorder();
        compare(recorder);
        assertThat(recorder.trained).containsExactly("baseline, seed 1");
        assertThat(recorder.firstSteps).containsExactly(4L);
        assertThat(run.resolve("model/model.safetensors")).hasBinaryContent(model);
    }

    @Test
    @Order(5)
    void aChangedEvaluationIsDoneAgainWithoutTraining() {
        Recorder recorder = new Recorder();
        Comparison comparison = compare(recorder, "evaluation.tokens=64");
        assertThat(comparison.baseline().tokens()).isLessThanOrEqualTo(96);
        assertThat(recorder.trained).isEmpty();
        assertThat(recorder.evaluated).hasSize(RUNS);
    }

    @Test
    @Order(5)
    void aRunWithOtherSettingsIsNeitherReplacedNorExtended() throws IOException {
        Path run = run("baseline", 1);
        String trained = Files.readString(run.resolve(TrainedRun.FILE));
        assertThatThrownBy(() -> compare(new Recorder(), "training.steps=6"))
                .isInstanceOf(LimeException.class)
                .hasMessageContainingAll(
                        run.toString(), "training.steps: was 4, is 6", "another run.folder");
        assertThat(run.resolve(TrainedRun.FILE)).hasContent(trained);

        Files.delete(run.resolve(TrainedRun.FILE)); // an unfinished run is not extended either
        assertThatThrownBy(() -> compare(new Recorder(), "training.steps=6"))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("training.steps: was 4, is 6");
        Files.writeString(run.resolve(TrainedRun.FILE), trained);
    }

    @Test
    @Order(5)
    void theModelThatARunStartsFromIsKnownByItsWeights() throws IOException {
        RunSettings settings =
                Json.read(run("baseline", 1).resolve(RunSettings.FILE), RunSettings.class);
        assertThat(settings.keys()).doesNotContainKeys("init.from", "run.folder", "data.work");
        Path source = run("baseline", 1).resolve("model");
        Path copy = Files.createDirectories(folder.resolve("copy"));
        try (Stream<Path> files = Files.list(source)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        RunConfig config = config("baseline");
        assertThat(RunSettings.of(from(config, copy)))
                .isEqualTo(RunSettings.of(from(config, source)))
                .isNotEqualTo(RunSettings.of(from(config, run("baseline", 2).resolve("model"))));
    }

    @Test
    @Order(5)
    void anEvaluationIsKnownByTheShardsThatDefineItsClasses() {
        RunConfig baseline = config("baseline");
        RunSettings settings = RunSettings.of(baseline);
        assertThat(settings.keyOfEvaluation(baseline.evaluation(), baseline))
                .isNotEqualTo(
                        settings.keyOfEvaluation(
                                baseline.evaluation(),
                                baseline.withData(
                                        baseline.data()
                                                .withValidation(
                                                        baseline.data().shards().stream()
                                                                .map(SourceConfig::path)
                                                                .toList()))));
    }

    private static RunConfig config(String arm) {
        return ConfigLoader.load(RunConfig.class, run(arm, 1).resolve("config.yaml"), List.of());
    }

    private static RunConfig from(RunConfig config, Path model) {
        return config.withInit(config.init().withFrom(model.toString()));
    }

    @Test
    @Order(6)
    void aStopEndsTheComparisonAndSaysHowToResume() {
        try (StopSignal stop = StopSignal.manual()) {
            stop.request();
            assertThatThrownBy(
                            () ->
                                    comparison(new Recorder(), List.of("compare.seeds=[9]"))
                                            .run(stop))
                    .isInstanceOf(LimeException.class)
                    .hasMessageContainingAll("stopped at baseline, seed 9", "repeat the command");
        }
    }

    @Test
    @Order(6)
    void theDataOfAllArmsIsPreparedBeforeTheFirstTraining() {
        Path work = folder.resolve("work");
        ComparisonListener listener =
                new ComparisonListener() {
                    @Override
                    public TrainingListener onTraining(PlannedRun run) {
                        assertThat(work.resolve("shards-linguistic-causal")).isDirectory();
                        assertThat(work.resolve("shards-plain-causal")).isDirectory();
                        throw new LimeException("before the training of " + run);
                    }
                };
        assertThatThrownBy(
                        () ->
                                compare(
                                        listener,
                                        "compare.arms=[baseline, plain]",
                                        "compare.seeds=[7]",
                                        "data.work=" + work))
                .isInstanceOf(LimeException.class)
                .hasMessage("before the training of baseline, seed 7");
    }

    @Test
    @Order(7)
    void aSecondProcessWaitsForTheFirst() throws Exception {
        CountDownLatch waiting = new CountDownLatch(1);
        ComparisonListener listener =
                new ComparisonListener() {
                    @Override
                    public void onWait(Path at, String process) {
                        assertThat(at).isEqualTo(folder.resolve("compared"));
                        waiting.countDown();
                    }
                };
        CompletableFuture<Comparison> second;
        try (FolderLock first = FolderLock.tryAcquire(folder.resolve("compared")).orElseThrow()) {
            second = CompletableFuture.supplyAsync(() -> compare(listener, "evaluation.tokens=64"));
            assertThat(waiting.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(first.folder()).exists();
            assertThat(second).isNotDone();
        }
        assertThat(second.get(300, TimeUnit.SECONDS).arms()).hasSize(2);
    }

    private static Comparison compare(ComparisonListener listener, String... overrides) {
        try (StopSignal stop = StopSignal.manual()) {
            return comparison(listener, List.of(overrides)).run(stop);
        }
    }

    private static ArmComparison comparison(ComparisonListener listener, List<String> overrides) {
        List<String> all = new ArrayList<>(overrides);
        all.add("run.folder=" + folder.resolve("compared"));
        all.add("data.corpus=" + corpus());
        ComparisonConfig config =
                ConfigLoader.load(
                        ComparisonConfig.class,
                        Path.of("src/test/resources/org/limelm/train/compare/own-arm.yaml"),
                        all);
        return new ArmComparison(config, PreparationListener.SILENT, listener);
    }

    private static Path corpus() {
        Path file = folder.resolve("corpus.jsonl");
        String line = "{\"text\": \"Dr. Smith paid $3,200 in New York. The %s didn't wait.\"}\n";
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 40; i++) {
            lines.append(line.replace("%s", "visitor" + i));
        }
        try {
            return Files.exists(file) ? file : Files.writeString(file, lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path run(String arm, int seed) {
        return folder.resolve("compared").resolve(arm).resolve("seed-" + seed);
    }

    /** Records what was done rather than read. */
    private static final class Recorder implements ComparisonListener {
        private final List<String> trained = new ArrayList<>();
        private final List<Long> firstSteps = new ArrayList<>();
        private final List<String> evaluated = new ArrayList<>();

        @Override
        public TrainingListener onTraining(PlannedRun run) {
            trained.add(run.toString());
            return new TrainingListener() {
                @Override
                public void onStart(RunStart start) {
                    firstSteps.add(start.firstStep());
                }
            };
        }

        @Override
        public void onEvaluating(PlannedRun run, String evaluation) {
            evaluated.add(run + ": " + evaluation);
        }
    }
}
