package org.limelm.train.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.train.TestCorpus;
import org.limelm.train.loop.Trainer;

/** The options {@code --quiet} and {@code --verbose}, which every command has. */
class VerbosityTest {
    private static final List<String> COMMANDS =
            List.of(
                    "quickstart",
                    "tokenizer train",
                    "annotator train",
                    "annotator eval",
                    "annotate",
                    "inspect",
                    "train",
                    "compare",
                    "eval",
                    "score",
                    "generate",
                    "export",
                    "import",
                    "runs list",
                    "runs show",
                    "runs diff",
                    "runs plot",
                    "plan",
                    "bench",
                    "config show",
                    "config schema",
                    "doctor",
                    "completion");

    @TempDir private Path folder;

    @Test
    void everyCommandHasBothOptions() {
        for (String command : COMMANDS) {
            List<String> args = new ArrayList<>(List.of(command.split(" ")));
            args.add("--help");
            String help = CapturedRun.of(args.toArray(String[]::new)).out();
            assertThat(help).as(command).contains("-q, --quiet", "-v, --verbose");
        }
    }

    @Test
    void quietTrainingPrintsItsResultOnly() {
        Path shards = TestCorpus.write(folder.resolve("shards"), TestCorpus.documents(60, 1));
        Trainer.train(TestCorpus.run(shards, folder.resolve("run"), 2, 1));
        String config = folder.resolve("run/config.yaml").toString();
        CapturedRun loud = CapturedRun.of("train", config, "run.folder=" + folder.resolve("loud"));
        assertThat(loud.status()).as(loud.err()).isZero();
        assertThat(loud.out()).contains("step 2/2", "checkpoint", "Trained lime/causal");

        CapturedRun quiet =
                CapturedRun.of(
                        "train",
                        config,
                        "-q",
                        "training.tf32=true", // would warn
                        "run.folder=" + folder.resolve("quiet"));
        assertThat(quiet.status()).isZero();
        assertThat(quiet.out()).isEqualTo("Trained lime/causal: " + folder.resolve("quiet") + "\n");
        assertThat(quiet.err()).isEmpty();
        CapturedRun again = CapturedRun.of("train", config, "--quiet");
        assertThat(again.status()).isEqualTo(1);
        assertThat(again.err()).as("an error").contains("contains checkpoints of an earlier run");
        assertThat(Progress.isQuiet()).as("after the command").isFalse();
    }

    @Test
    void verboseAddsTheTraceVersionsAndTime() {
        CapturedRun plain = CapturedRun.of("train", folder.resolve("absent.yaml").toString());
        assertThat(plain.err()).contains("absent.yaml").doesNotContain("\tat ", "Java ");
        CapturedRun verbose =
                CapturedRun.of("train", "-v", folder.resolve("absent.yaml").toString());
        assertThat(verbose.status()).isEqualTo(1);
        assertThat(verbose.err()).contains("absent.yaml", "\tat ").contains("exit status 1 after");
    }

    @Test
    void theOptionsExcludeEachOther() {
        CapturedRun both = CapturedRun.of("doctor", "-q", "-v");
        assertThat(both.status()).isEqualTo(2);
        assertThat(both.err()).contains("--quiet and --verbose exclude each other");
    }
}
