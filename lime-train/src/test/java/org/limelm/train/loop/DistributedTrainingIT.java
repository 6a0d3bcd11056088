package org.limelm.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.limelm.core.config.ConfigLoader;
import org.limelm.core.io.AtomicFile;
import org.limelm.core.io.Json;
import org.limelm.core.io.Sha256;
import org.limelm.model.decoder.LimeDecoder;
import org.limelm.model.decoder.Recompute;
import org.limelm.model.device.Precision;
import org.limelm.train.TestCorpus;
import org.limelm.train.cli.Lime;
import org.limelm.train.config.RunConfig;
import org.limelm.train.data.TrainingData;
import org.limelm.train.distributed.Collectives;
import org.limelm.train.distributed.MpiRun;
import org.limelm.train.distributed.Team;
import org.limelm.train.evaluation.EvaluationResult;
import org.limelm.train.evaluation.Evaluator;
import org.limelm.train.evaluation.MetadataLabel;

/** Tests {@code mpirun lime train}: several processes train one model. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class DistributedTrainingIT {
    private static final int STEPS = 50;

    @TempDir Path folder;
    private Path config;

    @BeforeEach
    void writeShardsAndConfiguration() {
        MpiRun.assumeAvailable();
        Path shards = TestCorpus.write(folder.resolve("shards"), TestCorpus.documents(300, 1));
        RunConfig run = TestCorpus.run(shards, folder.resolve("unnamed"), STEPS, 1);
        config = folder.resolve("config.yaml");
        AtomicFile.writeString(config, ConfigLoader.toYaml(run));
    }

    private Path run(String name) {
        return folder.resolve(name);
    }

    private String[] train(String name, String... overrides) {
        List<String> arguments = new ArrayList<>(List.of("train", config.toString()));
        arguments.add("run.folder=" + run(name));
        arguments.addAll(Arrays.asList(overrides));
        return arguments.toArray(String[]::new);
    }

    private MpiRun start(int ranks, String name, String... overrides) throws IOException {
        return MpiRun.start(ranks, run(name + ".log"), Lime.class, train(name, overrides));
    }

    private MpiRun.Ended together(int ranks, String name, String... overrides) throws Exception {
        try (MpiRun job = start(ranks, name, overrides)) {
            return job.await();
        }
    }

    private void trainSuccessfully(int ranks, String name, String... overrides) throws Exception {
        MpiRun.Ended ended = together(ranks, name, overrides);
        assertThat(ended.status()).as(ended.output()).isZero();
    }

    private double[] losses(String name) throws IOException {
        return Files.readAllLines(run(name).resolve("metrics.jsonl")).stream()
                .map(line -> Json.parse(line, JsonNode.class, "metrics"))
                .mapToDouble(line -> line.path("loss").asDouble())
                .toArray();
    }

    private JsonNode lastEvaluation(String name) throws IOException {
        List<String> lines = Files.readAllLines(run(name).resolve("eval.jsonl"));
        return Json.parse(lines.get(lines.size() - 1), JsonNode.class, "evaluation");
    }

    private String lastCheckpoint(String name, String file) {
        return Sha256.ofFile(
                run(name).resolve("checkpoints/step-%08d".formatted(STEPS)).resolve(file));
    }

    @Test
    void twoRanksMatchOneProcessWithTheSameRows() throws Exception {
        assertThat(Lime.run(train("alone", "training.batchSize=16"))).isZero();
        trainSuccessfully(2, "first", "training.batchSize=8", "evaluation.everySteps=20");
        trainSuccessfully(2, "second", "training.batchSize=8");
        double[] alone = losses("alone");
        double[] first = losses("first");
        assertThat(first).hasSize(STEPS);
        for (int step = 0; step < STEPS; step++) {
            assertThat(first[step]).isCloseTo(alone[step], within(1e-5 * alone[step]));
        }
        assertThat(losses("second")).isEqualTo(first);
        JsonNode one = lastEvaluation("alone");
        JsonNode two = lastEvaluation("first");
        assertThat(two.path("tokens")).isEqualTo(one.path("tokens"));
        assertThat(two.path("bytes")).isEqualTo(one.path("bytes"));
        double loss = one.path("loss").asDouble();
        assertThat(two.path("loss").asDouble()).isCloseTo(loss, within(1e-5 * loss));
        for (String file : List.of("model.safetensors", "optimizer.safetensors")) {
            assertThat(lastCheckpoint("second", file)).isEqualTo(lastCheckpoint("first", file));
        }
        assertThat(run("first").resolve("model/model.safetensors")).exists();
        assertThat(Files.readString(run("first.log")).split("step 50/50", -1)).hasSize(2);
    }

    @Test
    void evaluationIsDividedAndEqualToThatOfOneProcess() throws Exception {
        String alone = evaluations(1, "one");
        assertThat(alone).contains("\"bitsPerByte\":");
        assertThat(evaluations(2, "two")).isEqualTo(alone);
        assertThat(evaluations(3, "three")).isEqualTo(alone);
    }

    /** Returns the results of an evaluation in several processes, which are equal in all. */
    private String evaluations(int ranks, String name) throws Exception {
        MpiRun.Ended ended =
                MpiRun.run(ranks, run(name), EvaluationPerRank.class, config.toString());
        assertThat(ended.status()).as(ended.output()).isZero();
        List<String> results = ended.output().lines().filter(line -> line.startsWith("{")).toList();
        assertThat(results).hasSize(ranks);
        assertThat(results.stream().distinct()).hasSize(1);
        return results.get(0);
    }

    /** A rank that scores its share of the held-out rows with a new model. */
    static final class EvaluationPerRank {
        private EvaluationPerRank() {}

        public static void main(String[] args) {
            RunConfig config = ConfigLoader.load(RunConfig.class, Path.of(args[0]), List.of());
            Collectives.within(config.distributed(), team -> evaluate(config, team));
        }

        private static boolean evaluate(RunConfig config, Team team) {
            try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
                    TrainingData data = TrainingData.open(config);
                    LimeDecoder model =
                            LimeDecoder.create(
                                    config.model(),
                                    data.schema(),
                                    Precision.F32,
                                    Recompute.NONE,
                                    manager,
                                    1)) {
                EvaluationResult result =
                        new Evaluator(model, manager, team)
                                .evaluate(
                                        config.armLabel(),
                                        MetadataLabel.of(
                                                config.arm(), data.annotation(), data.annotator()),
                                        "validation",
                                        data.validation(),
                                        4,
                                        0);
                System.out.print(Json.toLine(result).strip() + "\n");
            }
            return true;
        }
    }

    @ParameterizedTest
    @CsvSource({"adamw, f32", "muon, bf16"})
    void shardedOptimizersGiveTheSameWeightsAndFiles(String kind, String format) throws Exception {
        // Large enough that the gradients fill several buckets of 1 MiB.
        String[] larger = {
            "model.hiddenSize=128",
            "model.ffnSize=512",
            "training.accumulation=2",
            "distributed.bucketMegabytes=1",
            "optimizer.kind=" + kind,
            "optimizer.stateFormat=" + format,
            "distributed.shardOptimizer=false"
        };
        trainSuccessfully(3, "whole", larger);
        larger[larger.length - 1] = "distributed.shardOptimizer=true";
        trainSuccessfully(3, "sharded", larger);
        assertThat(losses("sharded")).isEqualTo(losses("whole"));
        for (String file : List.of("model.safetensors", "optimizer.safetensors")) {
            assertThat(lastCheckpoint("sharded", file)).isEqualTo(lastCheckpoint("whole", file));
        }
    }

    @Test
    void checkpointsResumeWithAnotherDivisionOfRows() throws Exception {
        String[] half = {"training.steps=25", "checkpoint.allowChanges=true"};
        trainSuccessfully(
                2, "divided", half[0], "training.batchSize=8", "distributed.shardOptimizer=true");
        String[] resume = {"checkpoint.resume=latest", half[1], "training.steps=50"};
        assertThat(
                        Lime.run(
                                train(
                                        "divided",
                                        resume[0],
                                        resume[1],
                                        resume[2],
                                        "training.batchSize=16")))
                .isZero();
        assertThat(losses("divided")).hasSize(STEPS);
        assertThat(Files.readString(run("divided.log"))).doesNotContain("batchSize");
    }

    @Test
    void killedRankEndsTheJobAndTheRunResumes() throws Exception {
        String[] often = {"checkpoint.everySteps=5", "training.batchSize=8", "training.steps=50"};
        trainSuccessfully(2, "straight", often);
        try (MpiRun job = start(2, "killed", "training.batchSize=8", "checkpoint.everySteps=5")) {
            job.awaitOutput("checkpoint .*step-00000010");
            MpiRun.signal("KILL", pidOfRank(1, "killed"));
            MpiRun.Ended ended = job.await();
            assertThat(ended.seconds()).isLessThan(5);
            assertThat(ended.status()).isNotZero();
            assertThat(ended.output()).contains("signal 9 (Killed)");
        }
        assertThat(run("killed").resolve("checkpoints/step-00000050")).doesNotExist();
        MpiRun.Ended resumed =
                together(
                        2,
                        "killed",
                        "training.batchSize=8",
                        "checkpoint.everySteps=5",
                        "checkpoint.resume=latest");
        assertThat(resumed.status()).as(resumed.output()).isZero();
        assertThat(losses("killed")).isEqualTo(losses("straight"));
        assertThat(lastCheckpoint("killed", "model.safetensors"))
                .isEqualTo(lastCheckpoint("straight", "model.safetensors"));
    }

    @Test
    void stalledRankEndsTheJobWithinTheWatchdogLimit() throws Exception {
        try (MpiRun job =
                start(2, "stalled", "training.steps=100000", "distributed.watchdogSeconds=3")) {
            job.awaitOutput("step 3/");
            MpiRun.signal("STOP", pidOfRank(1, "stalled"));
            MpiRun.Ended ended = job.await();
            assertThat(ended.seconds()).isBetween(1.5, 8.0);
            assertThat(ended.status()).isEqualTo(1);
            assertThat(ended.output()).contains("[rank 0 of 2] [watchdog]", "3.0 s");
        }
    }

    @Test
    void signalToOneRankStopsAllAfterACheckpoint() throws Exception {
        try (MpiRun job = start(2, "stopped", "training.steps=100000")) {
            job.awaitOutput("step 3/");
            MpiRun.signal("TERM", pidOfRank(1, "stopped"));
            MpiRun.Ended ended = job.await();
            assertThat(ended.output()).contains("Stopped at step");
        }
        try (var checkpoints = Files.list(run("stopped").resolve("checkpoints"))) {
            assertThat(checkpoints).hasSize(1);
        }
    }

    @Test
    void ranksWithDifferentSettingsAreRejected() throws Exception {
        // Every rank reads its own configuration, selected by its environment.
        Path other = folder.resolve("other.yaml");
        AtomicFile.writeString(other, Files.readString(config).replace("seed: 7", "seed: 8"));
        MpiRun.Ended ended =
                MpiRun.run(
                        2,
                        run("unlike.log"),
                        ConfigurationPerRank.class,
                        config.toString(),
                        other.toString());
        assertThat(ended.status()).isEqualTo(2);
        assertThat(ended.output())
                .contains(
                        "[rank 1 of 2] [rank 1] settings differ from rank 0", "seed: was 7, is 8");
    }

    /** A rank that trains with the configuration for its rank. */
    static final class ConfigurationPerRank {
        private ConfigurationPerRank() {}

        public static void main(String[] args) {
            int rank = Integer.parseInt(System.getenv("OMPI_COMM_WORLD_RANK"));
            Trainer.train(ConfigLoader.load(RunConfig.class, Path.of(args[rank]), List.of()));
        }
    }

    /** Returns the process id of a rank of this test's run. */
    private String pidOfRank(int rank, String name) throws IOException {
        try (var processes = Files.list(Path.of("/proc"))) {
            return processes
                    .filter(process -> process.getFileName().toString().matches("\\d+"))
                    .filter(
                            process ->
                                    read(process.resolve("cmdline"))
                                            .contains("=" + run(name) + "\0"))
                    .filter(
                            process ->
                                    read(process.resolve("environ"))
                                            .contains("OMPI_COMM_WORLD_RANK=" + rank + "\0"))
                    .map(process -> process.getFileName().toString())
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return ""; // it has exited, or belongs to another user
        }
    }
}
