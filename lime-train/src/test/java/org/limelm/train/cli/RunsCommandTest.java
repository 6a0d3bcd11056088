package org.limelm.train.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.core.io.FolderLock;
import org.limelm.core.io.Json;
import org.limelm.train.TestCorpus;
import org.limelm.train.arm.Arm;
import org.limelm.train.config.RunConfig;
import org.limelm.train.loop.StopSignal;
import org.limelm.train.loop.Trainer;
import org.limelm.train.loop.TrainingListener;
import org.limelm.train.record.StepMetrics;

class RunsCommandTest {
    private static final long STEPS = 4;

    @TempDir private static Path folder;

    @BeforeAll
    static void trainThreeRuns() throws IOException {
        Path shards = TestCorpus.write(folder.resolve("shards"), TestCorpus.documents(60, 1));
        Trainer.train(TestCorpus.run(shards, folder.resolve("runs/lime"), STEPS, 1));
        RunConfig baseline = TestCorpus.run(shards, folder.resolve("runs/more/base"), STEPS, 1);
        Trainer.train(baseline.withArm(Arm.BASELINE).withSeed(8));
        stopAfterTwoSteps(TestCorpus.run(shards, folder.resolve("runs/stopped"), STEPS, 1));
        Path damaged = Files.createDirectories(folder.resolve("runs/damaged"));
        for (String name : List.of("config.yaml", "history.jsonl", "metrics.jsonl")) {
            Files.copy(folder.resolve("runs/lime").resolve(name), damaged.resolve(name));
        }
        Files.writeString(damaged.resolve("metrics.jsonl"), "{\"step\": 1}\n");
        Files.createDirectories(folder.resolve("runs/not-a-run"));
    }

    private static void stopAfterTwoSteps(RunConfig config) {
        try (StopSignal stop = StopSignal.manual()) {
            TrainingListener listener =
                    new TrainingListener() {
                        @Override
                        public void onStep(StepMetrics metrics, long totalSteps) {
                            if (metrics.step() == 2) {
                                stop.request();
                            }
                        }
                    };
            Trainer.train(config, listener, stop);
        }
    }

    private static JsonNode json(String... args) {
        CapturedRun ran = CapturedRun.of(args);
        assertThat(ran.status()).as(ran.err()).isZero();
        return Json.parse(ran.out(), JsonNode.class, "standard output");
    }

    private static String path(String name) {
        return folder.resolve(name).toString();
    }

    @Test
    void listShowsTheStateOfEveryRunAndWhyOneIsDamaged() {
        CapturedRun ran = CapturedRun.of("runs", "list", path("runs"));
        assertThat(ran.status()).as(ran.err()).isZero();
        assertThat(ran.out())
                .containsPattern("runs/lime +lime/causal +7 +4/4 +256 .* finished\n")
                .containsPattern("runs/more/base +baseline +8 +4/4 +256 .* finished\n")
                .containsPattern("runs/stopped +lime/causal +7 +2/4 +128 .* stopped at step 2\n")
                .containsPattern("runs/damaged +lime/causal +7 .* damaged\n")
                .doesNotContain("not-a-run", "step-0");
        assertThat(ran.err()).contains("damaged: ", "metrics.jsonl");
    }

    @Test
    void symbolicLinksThatAreNamedAreFollowed() throws IOException {
        Files.createSymbolicLink(folder.resolve("link"), folder.resolve("runs"));
        Files.createSymbolicLink(folder.resolve("latest"), folder.resolve("runs/lime"));
        assertThat(CapturedRun.of("runs", "list", path("link")).out())
                .containsPattern("link/more/base +baseline ");
        assertThat(CapturedRun.of("runs", "show", path("latest")).status()).isZero();
    }

    @Test
    void aFolderInUseIsRunning() {
        try (FolderLock lock =
                FolderLock.tryAcquire(folder.resolve("runs/stopped")).orElseThrow()) {
            assertThat(
                            json("runs", "list", path("runs/stopped"), "--json")
                                    .findValuesAsText("state"))
                    .as(lock.folder().toString())
                    .containsExactly("running");
        }
        assertThat(json("runs", "list", path("runs/stopped"), "--json").findValuesAsText("state"))
                .containsExactly("stopped");
    }

    @Test
    void anIncompleteLastLineOfARunIsIgnored() throws IOException {
        Path copy = Files.createDirectories(folder.resolve("being-written"));
        for (String name : List.of("config.yaml", "history.jsonl", "metrics.jsonl")) {
            Files.copy(folder.resolve("runs/lime").resolve(name), copy.resolve(name));
        }
        Files.writeString(
                copy.resolve("metrics.jsonl"), "{\"step\":5,\"tok", StandardOpenOption.APPEND);
        JsonNode run = json("runs", "list", copy.toString(), "--json").get(0);
        assertThat(run.path("state").asText()).isEqualTo("stopped");
        assertThat(run.path("step").asLong()).isEqualTo(STEPS);
    }

    @Test
    void showPrintsWhatDiffersFromTheDefaultsAndTheFigures() {
        CapturedRun ran = CapturedRun.of("runs", "show", path("runs/lime"));
        assertThat(ran.status()).as(ran.err()).isZero();
        assertThat(ran.out())
                .containsPattern("training.steps +4\n")
                .containsPattern(
                        "shards: 60 documents, [\\d,]+ tokens, [\\d,]+ bytes, tags causal\n")
                .containsPattern("1 threads, 1 processes; LIME ")
                .containsPattern("(?m)^4 +256 +\\d+\\.\\d{4} ")
                .contains("Checkpoints at steps [4]")
                .doesNotContain("optimizer.beta1");
        JsonNode shown = json("runs", "show", path("runs/damaged"), "--json");
        assertThat(shown.path("summary").path("problems")).hasSize(1);
        assertThat(shown.path("config").path("seed").asInt()).isEqualTo(7);
        CapturedRun none = CapturedRun.of("runs", "show", path("runs"));
        assertThat(none.status()).isEqualTo(1);
        assertThat(none.err()).contains("not the folder of a run", "lime runs list");
    }

    @Test
    void diffShowsOnlyWhatDiffersUnlessAllIsAsked() {
        CapturedRun ran = CapturedRun.of("runs", "diff", path("runs/lime"), path("runs/more/base"));
        assertThat(ran.status()).as(ran.err()).isZero();
        assertThat(ran.out())
                .containsPattern("arm +lime +baseline\n")
                .containsPattern("seed +7 +8\n")
                .doesNotContain("training.steps");
        JsonNode all =
                json("runs", "diff", path("runs/lime"), "../configs/mini.yaml", "--all", "--json");
        assertThat(all.path("keys").findValuesAsText("key")).contains("optimizer.beta1", "seed");
    }

    @Test
    void plotWritesOneSelfContainedPage() throws IOException {
        Path page = folder.resolve("curves.html");
        CapturedRun ran = CapturedRun.of("runs", "plot", path("runs"), "--out", page.toString());
        assertThat(ran.status()).as(ran.err()).isZero();
        assertThat(Files.readString(page))
                .contains("<svg", "Training loss", "Bits per byte", "runs/more/base", "damaged")
                .doesNotContain("<script", "<link", "src=");
        CapturedRun none =
                CapturedRun.of("runs", "plot", path("runs/not-a-run"), "--out", page.toString());
        assertThat(none.status()).isEqualTo(1);
        assertThat(none.err()).contains("no logged step or evaluation");
    }

    @Test
    void anAbsentFolderIsAnError() {
        CapturedRun ran = CapturedRun.of("runs", "list", path("nowhere"));
        assertThat(ran.status()).isEqualTo(1);
        assertThat(ran.err()).contains("nowhere", "no such folder");
    }
}
