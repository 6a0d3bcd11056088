package org.limelm.train.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.core.io.Json;

/** {@code lime compare}, with an arm that only a configuration file defines. */
class CompareCommandTest {
    private static final String CONFIG = "src/test/resources/org/limelm/train/compare/own-arm.yaml";

    @TempDir private Path folder;

    @Test
    void compareTrainsArmsWithSeedsAndReadsTheResultsTheSecondTime() throws IOException {
        Path corpus = folder.resolve("corpus.jsonl");
        Files.writeString(
                corpus, "{\"text\": \"Dr. Smith paid $3,200 in New York.\"}\n".repeat(60));
        List<String> args =
                new ArrayList<>(
                        List.of(
                                "compare",
                                CONFIG,
                                "data.corpus=" + corpus,
                                "data.tokenizer.vocabularySize=270",
                                "evaluation.prompts=[Dr. Smith]",
                                "evaluation.promptTokens=5",
                                "run.folder=" + folder.resolve("compared")));
        CapturedRun first = CapturedRun.of(args.toArray(String[]::new));
        assertThat(first.status()).as(first.err()).isZero();
        assertThat(first.out())
                .contains("lime-pos(source=noise:0.2)/causal", " ± ", "95 % intervals")
                .contains("report.html");
        assertThat(first.err()).contains("4 runs: baseline, seed 1", "step 4/4", "trained in");
        assertThat(folder.resolve("compared/report.html"))
                .content()
                .contains("Generated text", "baseline 1 (tags none, none)", ">Dr. Smith<");
        assertThat(folder.resolve("compared/csv/results.csv")).isNotEmptyFile();

        args.add("--json");
        CapturedRun second = CapturedRun.of(args.toArray(String[]::new));
        assertThat(second.status()).as(second.err()).isZero();
        assertThat(second.err()).doesNotContain("step 4/4");
        JsonNode figures = Json.parse(second.out(), JsonNode.class, "standard output");
        assertThat(figures).isEqualTo(Json.readTree(folder.resolve("compared/report.json")));
        assertThat(figures.path("seeds")).hasSize(2);
    }

    @Test
    void armsWithOtherTokensOrTheirOwnTagsAreComparedOnTheSameText() throws IOException {
        Path corpus = folder.resolve("corpus.jsonl");
        Files.writeString(
                corpus, "{\"text\": \"Dr. Smith paid $3,200 in New York.\"}\n".repeat(60));
        CapturedRun run =
                CapturedRun.of(
                        "compare",
                        CONFIG,
                        "compare.arms=[baseline, plain, {preset: lime+1, annotation: causal, nextTags: 0.3}]",
                        "compare.seeds=[1]",
                        "data.corpus=" + corpus,
                        "data.tokenizer.vocabularySize=270",
                        "run.folder=" + folder.resolve("compared"));
        assertThat(run.status()).as(run.err()).isZero();
        JsonNode arms = Json.readTree(folder.resolve("compared/report.json")).path("arms");
        assertThat(arms.findValuesAsText("metadata"))
                .containsExactly(
                        "none",
                        "none",
                        "oracle",
                        "joint",
                        "predicted-greedy",
                        "predicted-marginal");
        assertThat(arms.path(1).path("difference").path("accuracy").isNull()).isTrue();
        assertThat(arms.path(1).path("efficiency").isNull()).isTrue();
        assertThat(arms.path(2).path("efficiency").isObject()).isTrue();
        assertThat(folder.resolve("compared/csv/classes.csv")).content().doesNotContain("plain");
    }

    @Test
    void anUnknownArmIsWrongUsage() {
        CapturedRun wrong = CapturedRun.of("compare", CONFIG, "compare.arms=[baseline, limes]");
        assertThat(wrong.status()).isEqualTo(2);
        assertThat(wrong.err()).contains("unknown arm 'limes'");
    }
}
