package org.limelm.train.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.annotate.feature.FeatureAnnotators;
import org.limelm.annotate.feature.FeatureSpec;
import org.limelm.core.io.Json;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.shard.ShardManifest;
import org.limelm.train.config.DataConfig;

/** The commands in the order of docs/getting-started.md, and their errors on wrong input. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CommandLineTest {
    private static final int DOCUMENTS = 4;
    private static final List<String> SMALL =
            List.of(
                    "model.hiddenSize=32",
                    "model.numLayers=2",
                    "model.numHeads=2",
                    "model.numKvHeads=2",
                    "model.headDim=16",
                    "model.ffnSize=64",
                    "model.contextLength=64",
                    "training.steps=6",
                    "training.batchSize=4",
                    "training.precision=f32",
                    "schedule.warmupSteps=2",
                    "data.validationFraction=0.3",
                    "evaluation.tokens=1000",
                    "logging.measurePeak=false");

    @TempDir private static Path folder;

    @BeforeEach
    void sample() throws IOException {
        Path corpus = folder.resolve("corpus.jsonl");
        if (Files.exists(corpus)) {
            return;
        }
        try (InputStream in =
                Objects.requireNonNull(
                        getClass().getResourceAsStream("/org/limelm/train/sample/sotu.jsonl.gz"))) {
            String all = new String(new GZIPInputStream(in).readAllBytes(), StandardCharsets.UTF_8);
            Files.writeString(
                    corpus, all.lines().limit(DOCUMENTS).collect(Collectors.joining("\n")));
        }
    }

    @Test
    @Order(1)
    void tokenizerTrainWritesATokenizer() {
        CapturedRun ran =
                run(
                        "tokenizer",
                        "train",
                        path("corpus.jsonl"),
                        "--out",
                        path("tokenizer.json"),
                        "--vocabulary",
                        "1024");
        assertThat(ran.status()).as(ran.err()).isZero();
        assertThat(folder.resolve("tokenizer.json")).exists();
    }

    @Test
    @Order(2)
    void annotateWritesShardsOfBothModesAndReportsSpeed() {
        for (String mode : List.of("full", "causal")) {
            CapturedRun ran =
                    run(
                            "annotate",
                            path("corpus.jsonl"),
                            "--tokenizer",
                            path("tokenizer.json"),
                            "--annotation",
                            mode,
                            "--out",
                            path("shards-" + mode),
                            "--json");
            assertThat(ran.status()).as(ran.err()).isZero();
            assertThat(ran.err()).contains("core-hours", "annotation " + mode);
            assertThat(ran.lastLine()).startsWith("{").contains("\"wordsPerSecond\"");
            assertThat(folder.resolve("shards-" + mode).resolve("manifest.json")).exists();
        }
    }

    @Test
    @Order(2)
    void aConfigurationFindsTheFeaturesOfItsShards() {
        CapturedRun ran =
                run(
                        "annotate",
                        path("corpus.jsonl"),
                        "--tokenizer",
                        path("tokenizer.json"),
                        "--metadata",
                        "shape,column(name=topic,field=topic,tags=NEWS)",
                        "--annotation",
                        "full",
                        "--out",
                        path("shards-topic"));
        assertThat(ran.status()).as(ran.err()).isZero();
        List<FeatureSpec> features =
                DataConfig.defaults().withShards(folder.resolve("shards-topic")).features();
        assertThat(features).extracting(FeatureSpec::feature).containsExactly("shape", "column");
        assertThat(FeatureAnnotators.missing(features, AnnotationMode.PREFIX))
                .containsExactly("topic");
    }

    @Test
    @Order(3)
    void trainEvalAndGenerateWorkFromPreparedShards() {
        String run = path("run");
        List<String> args = new java.util.ArrayList<>(List.of("train", "../configs/mini.yaml"));
        args.addAll(SMALL);
        args.add("data.shards=[{path: " + path("shards-causal") + "}]");
        args.add("data.tokenizer.path=" + path("tokenizer.json"));
        args.add("run.folder=" + run);
        CapturedRun trained = run(args.toArray(String[]::new));
        assertThat(trained.status()).as(trained.err()).isZero();
        assertThat(trained.out()).contains("step 6/6", "Trained lime/causal");

        CapturedRun own = run("eval", run, "--json");
        assertThat(own.status()).as(own.err()).isZero();
        assertThat(own.err()).contains("tags causal, observed");
        JsonNode figures = Json.parse(own.out(), JsonNode.class, "standard output");
        assertThat(figures.path("bytes").asLong()).isPositive();
        assertThat(figures.path("annotator").asText()).hasSize(64);
        CapturedRun prefix = run("eval", run, "--annotation", "prefix", "--tokens", "300");
        assertThat(prefix.out()).contains("tags prefix, observed");
        CapturedRun text = run("eval", run, "--text", path("corpus.jsonl"), "--tokens", "500");
        assertThat(text.status()).as(text.err()).isZero();

        CapturedRun written = run("generate", run, "--prompt", "The people", "--max-tokens", "5");
        assertThat(written.status()).as(written.err()).isZero();
        assertThat(written.out()).contains("The people");
        CapturedRun tagged =
                run("generate", run, "--prompt", "The", "--show-tags", "-q", "--max-tokens", "30");
        assertThat(tagged.out()).startsWith("The").containsPattern("/[A-Z.,:$`']+");
        assertThat(tagged.err()).isEmpty();
        assertThat(run("generate", run, "--given", "pos=NOUN").status()).isEqualTo(2);
        CapturedRun two =
                run(
                        "generate",
                        run,
                        "--prompt",
                        "The",
                        "--prompt",
                        "My fellow",
                        "--json",
                        "--max-tokens",
                        "80");
        assertThat(two.status()).as(two.err()).isZero();
        JsonNode texts = Json.parse(two.out(), JsonNode.class, "standard output");
        assertThat(texts.findValuesAsText("prompt")).containsExactly("The", "My fellow");
        assertThat(texts.get(0).path("tokens").asInt())
                .as("more than the context of 32 positions")
                .isGreaterThan(32);
        CapturedRun other =
                run("generate", run, "--prompt", "The", "--models", path("no-models"), "--json");
        assertThat(other.status()).isEqualTo(1);
        JsonNode error = Json.parse(other.out(), JsonNode.class, "standard output");
        assertThat(error.path("error").path("message").asText()).contains("no-models");
        assertThat(error.path("error").path("status").asInt()).isEqualTo(1);

        CapturedRun resumed = run("train", run + "/config.yaml", "checkpoint.resume=latest");
        assertThat(resumed.status()).as(resumed.err()).isZero();
    }

    @Test
    @Order(3)
    void unsupportedBenchOrTrainingFailsBeforeItStarts() throws IOException {
        CapturedRun threads = run("bench", "--only", "loader", "--threads", "-1");
        assertThat(threads.status()).isEqualTo(2);
        assertThat(threads.err()).contains("[threads] -1, expected 0 (one per core) or more");

        CapturedRun save = run("bench", "--only", "loader", "--save", path("nowhere/x.json"));
        assertThat(save.status()).isEqualTo(2);
        assertThat(save.err()).contains("[--save] the folder of").contains("does not exist");

        Files.writeString(folder.resolve("other.json"), "{}");
        CapturedRun other = run("bench", "--only", "loader", "--compare", path("other.json"));
        assertThat(other.status()).isEqualTo(1);
        assertThat(other.err()).contains("not a report of this version of lime bench");

        CapturedRun device =
                run(
                        "train",
                        "../configs/mini.yaml",
                        "training.device=cuda:77",
                        "data.corpus=" + path("corpus.jsonl"),
                        "data.work=" + path("work-of-no-device"));
        assertThat(device.status()).isNotZero();
        assertThat(device.err()).contains("cuda:77");
        assertThat(folder.resolve("work-of-no-device")).doesNotExist();
    }

    @Test
    @Order(4)
    void evalRejectsShardsOfAnotherAnnotator() throws IOException {
        Path shards = folder.resolve("shards-causal");
        Path manifest = shards.resolve(ShardManifest.FILE);
        String json = Files.readString(manifest);
        String annotator = ShardManifest.read(shards).annotator();
        String other = "0".repeat(64);
        Files.writeString(manifest, json.replace(annotator, other));
        CapturedRun refused = run("eval", path("run"), "--tokens", "300");
        Files.writeString(manifest, json);
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.err()).contains("[eval]", other, annotator, "as in training");
    }

    @Test
    @Order(4)
    void aModelTrainedOnFullTagsGeneratesOnlyWithAnExplicitMode() {
        List<String> args =
                new java.util.ArrayList<>(
                        List.of("train", "../configs/mini.yaml", "annotation=full"));
        args.addAll(SMALL);
        args.add("data.shards=[{path: " + path("shards-full") + "}]");
        args.add("data.tokenizer.path=" + path("tokenizer.json"));
        args.add("run.folder=" + path("run-full"));
        assertThat(run(args.toArray(String[]::new)).status()).isZero();
        CapturedRun refused =
                run("generate", path("run-full"), "--prompt", "The", "--max-tokens", "3");
        assertThat(refused.status()).isEqualTo(2);
        assertThat(refused.err()).contains("lime/full", "--annotation prefix");
        CapturedRun asked =
                run(
                        "generate",
                        path("run-full"),
                        "--prompt",
                        "The",
                        "--max-tokens",
                        "3",
                        "--annotation",
                        "causal");
        assertThat(asked.status()).as(asked.err()).isZero();
    }

    @Test
    @Order(5)
    void exportedModelIsImportedAndTrainedFurther() throws IOException {
        CapturedRun exported = run("export", path("run"), "--out", path("hf"));
        assertThat(exported.status()).as(exported.err()).isZero();
        assertThat(exported.out()).contains("lime/causal as LimeForCausalLM");
        assertThat(Files.readString(folder.resolve("hf/README.md")))
                .contains("# lime/causal", "bits per byte", "`shards-causal`", "annotator.id")
                .contains("# license: choose");
        CapturedRun again = run("export", path("run"), "--out", path("hf"));
        assertThat(again.status()).isEqualTo(1);
        assertThat(again.err()).contains("already exists");

        CapturedRun imported = run("import", path("hf"), "--out", path("imported"));
        assertThat(imported.status()).as(imported.err()).isZero();
        assertThat(folder.resolve("imported/model.safetensors"))
                .hasSameBinaryContentAs(folder.resolve("run/model/model.safetensors"));
        CapturedRun text =
                run("eval", path("imported"), "--text", path("corpus.jsonl"), "--tokens", "200");
        assertThat(text.status()).as(text.err()).isZero();

        List<String> further = new java.util.ArrayList<>(List.of("train", "../configs/mini.yaml"));
        further.addAll(SMALL);
        further.removeIf(key -> key.startsWith("model.") && !key.startsWith("model.context"));
        further.add("init.from=" + path("imported"));
        further.add("data.shards=[{path: " + path("shards-causal") + "}]");
        further.add("run.folder=" + path("run-further"));
        CapturedRun trained = run(further.toArray(String[]::new));
        assertThat(trained.status()).as(trained.err()).isZero();
        further.add("model.hiddenSize=48");
        CapturedRun other = run(further.toArray(String[]::new));
        assertThat(other.status()).isEqualTo(2);
        assertThat(other.err()).contains("hiddenSize 48", "has 32", "init.from");
        further.set(further.size() - 1, "arm=baseline");
        CapturedRun withoutTables = run(further.toArray(String[]::new));
        assertThat(withoutTables.status()).isEqualTo(2);
        assertThat(withoutTables.err()).contains("'pos'", "init.from");
    }

    @Test
    void inspectShowsBothModesAndWritesAPage() throws IOException {
        CapturedRun ran =
                run("inspect", "Dr. Smith didn't pay $3,200.50.", "--html", path("page.html"));
        assertThat(ran.status()).as(ran.err()).isZero();
        assertThat(ran.out()).contains("Dr.", "n't", "3,200.50", "pos causal");
        assertThat(Files.readString(folder.resolve("page.html")))
                .contains("<table>", "3,200.50", "<h2>Mode full</h2>", "<h2>Mode causal</h2>")
                .containsPattern(
                        "class=\"entity\"[^>]* data-tag=\"PERSON\"[^>]*>\\s*<span class=\"word\"");
    }

    @Test
    void doctorFindsNoProblem() {
        CapturedRun ran = run("doctor", "--json");
        assertThat(ran.status()).as(ran.out()).isZero();
        assertThat(ran.lastLine()).startsWith("{\"ok\":true");
        assertThat(ran.err())
                .containsPattern("natives +ok +libtorch 2\\.7\\.1.*, flavor")
                .containsPattern("threads +ok +\\d+ in the tensor library")
                .containsPattern("MPI +ok +(Open MPI|needed only for several processes)")
                .containsPattern("NCCL +ok +(NCCL 2\\.|needed only for several processes)");
    }

    @Test
    void benchSavesAndComparesResults() {
        String saved = folder.resolve("bench.json").toString();
        CapturedRun first = run("bench", "--only", "check", "--steps", "1", "--save", saved);
        assertThat(first.status()).as(first.err()).isZero();
        assertThat(first.out()).contains("relative distance");
        CapturedRun second =
                run("bench", "--only", "check", "--batch", "4", "--compare", saved, "--json");
        assertThat(second.err()).contains("now / before");
        assertThat(second.out()).startsWith("{").contains("\"section\":\"check\"");
        assertThat(second.err()).contains("runs differ in batch: was 16, is 4");
        assertThat(run("bench", "--only", "speed").status()).isEqualTo(2);
        assertThat(run("bench", "hiddenSise=3").err()).contains("hiddenSise");
    }

    private static CapturedRun run(String... args) {
        return CapturedRun.of(args);
    }

    private static String path(String name) {
        return folder.resolve(name).toString();
    }
}
