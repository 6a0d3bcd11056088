package org.limelm.train.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.core.io.Json;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.train.RandomModels;
import org.limelm.train.arm.Arm;

/** {@code lime eval --tasks} and {@code lime score}, with the examples of docs/tasks.md. */
class TaskCommandTest {
    @TempDir private static Path folder;
    private static String model = "";

    @BeforeAll
    static void writeModel() {
        Path tokenizer = RandomModels.tokenizer(folder);
        model =
                RandomModels.save(
                                folder.resolve("model"),
                                tokenizer,
                                Arm.LIME_PLUS_1,
                                AnnotationMode.CAUSAL)
                        .toString();
    }

    @Test
    void theTaskOfTheDocumentationRuns() throws IOException {
        Files.writeString(folder.resolve("colours.yaml"), block("yaml"));
        Files.writeString(folder.resolve("colours.jsonl"), block("json"));
        Path log = Files.createDirectories(folder.resolve("log"));
        CapturedRun ran =
                run(
                        "eval",
                        model,
                        "--tasks",
                        path("colours.yaml") + ",reasoning",
                        "--given",
                        "task",
                        "--limit",
                        "9",
                        "--shots",
                        "0",
                        "--log",
                        log.toString(),
                        "--json");
        assertThat(ran.status()).as(ran.err()).isZero();
        assertThat(ran.err()).contains("lime+1/causal", "accuracy-characters", "  dates", "given");
        JsonNode results = Json.parse(ran.out(), JsonNode.class, "standard output");
        assertThat(results.findValuesAsText("task")).containsExactly("colours", "reasoning");
        assertThat(results.get(0).path("all").path("examples").asInt()).isEqualTo(2);
        assertThat(results.get(1).path("groups")).hasSize(4);
        assertThat(Files.readAllLines(log.resolve("reasoning.jsonl"))).hasSize(9);
    }

    @Test
    void theResultsOfFinishedTasksArePrintedIfALaterTaskFails() throws IOException {
        Files.writeString(folder.resolve("colours.yaml"), block("yaml"));
        Files.writeString(folder.resolve("colours.jsonl"), block("json"));
        Files.writeString(
                folder.resolve("long.yaml"),
                block("yaml")
                        .replace("name: colours", "name: long\nlongPrompt: error")
                        .replace("The colour", "q z ".repeat(RandomModels.CONTEXT)));
        CapturedRun ran =
                run("eval", model, "--tasks", path("colours.yaml") + "," + path("long.yaml"));
        assertThat(ran.status()).isEqualTo(1);
        assertThat(ran.err()).contains("[task long, ");
        assertThat(ran.out()).contains("lime+1/causal", "accuracy-characters", "oracle");
    }

    @Test
    void wrongOptionsOfTasksAreRejected() {
        CapturedRun unknown = run("eval", model, "--tasks", "blimpp");
        assertThat(unknown.status()).isEqualTo(2);
        assertThat(unknown.err()).contains("unknown task 'blimpp'", "arc-easy");
        CapturedRun missing = run("eval", model, "--tasks", "blimp", "--data", path("none"));
        assertThat(missing.status()).isEqualTo(1);
        assertThat(missing.err()).contains("[task blimp] data file", "blimp.jsonl", "CC BY 4.0");
        CapturedRun alone = run("eval", model, "--shots", "3");
        assertThat(alone.status()).isEqualTo(2);
        assertThat(alone.err()).contains("add --tasks");
        CapturedRun given = run("eval", model, "--tasks", "arithmetic", "--given", "CD");
        assertThat(given.status()).isEqualTo(2);
        assertThat(given.err()).contains("'CD'", "pos=CD");
        CapturedRun both = run("eval", model, "--tasks", "arithmetic", "--tokens", "9");
        assertThat(both.status()).isEqualTo(2);
        assertThat(both.err()).contains("--limit");
    }

    @Test
    void scoreAddsScoresToEachLine() throws IOException {
        Matcher example = Pattern.compile("echo '(.*)' \\| lime score RUN").matcher(document());
        assertThat(example.find()).isTrue();
        InputStream in = System.in;
        CapturedRun piped;
        try {
            System.setIn(
                    new ByteArrayInputStream(example.group(1).getBytes(StandardCharsets.UTF_8)));
            piped = run("score", model);
        } finally {
            System.setIn(in);
        }
        assertThat(piped.status()).as(piped.err()).isZero();
        JsonNode scored = Json.parse(piped.out(), JsonNode.class, "standard output");
        assertThat(scored.path("context").asText()).isEqualTo("The United");
        assertThat(scored.path("scores")).hasSize(2);
        assertThat(scored.path("best").isInt()).isTrue();

        Path requests =
                Files.write(
                        folder.resolve("requests.jsonl"),
                        List.of(
                                "{\"id\": \"x\", \"context\": \"It is\", \"continuation\": \" 42\", \"given\": {\"pos\": \"CD\"}, \"label\": 0}",
                                "{\"context\": \"It is\", \"continuations\": [\" 42\", \" so\"], \"label\": 1}"));
        CapturedRun file =
                run(
                        "score",
                        model,
                        "--in",
                        requests.toString(),
                        "--out",
                        path("scores.jsonl"),
                        "--json");
        assertThat(file.status()).as(file.err()).isZero();
        JsonNode summary = Json.parse(file.out(), JsonNode.class, "standard output");
        assertThat(summary.path("origin").asText()).isEqualTo("mixed");
        assertThat(summary.path("labelled").asInt()).isEqualTo(2);
        assertThat(summary.path("continuations").asInt()).isEqualTo(3);
        List<String> lines = Files.readAllLines(folder.resolve("scores.jsonl"));
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).startsWith("{\"id\":\"x\"").contains("\"logLikelihood\":-");
    }

    @Test
    void malformedRequestsAreNamed() throws IOException {
        for (String line :
                List.of(
                        "{\"context\": 3, \"continuation\": \"a\"}",
                        "{\"context\": \"x\"}",
                        "{\"context\": \"x\", \"continuations\": [\"a\", \"\"]}",
                        "{\"context\": \"x\", \"continuation\": \"a\", \"label\": 1}")) {
            Files.writeString(folder.resolve("bad.jsonl"), line + "\n");
            CapturedRun bad = run("score", model, "--in", path("bad.jsonl"));
            assertThat(bad.status()).isEqualTo(1);
            assertThat(bad.err()).contains("bad.jsonl:1", "missing or malformed, expected");
        }
        CapturedRun json = run("score", model, "--in", path("bad.jsonl"), "--json");
        assertThat(json.status()).isEqualTo(2);
        assertThat(json.err()).contains("--out FILE");
    }

    /** Returns the first block of a language in docs/tasks.md. */
    private static String block(String language) throws IOException {
        Matcher block =
                Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
                        .matcher(document());
        assertThat(block.find()).isTrue();
        return block.group(1);
    }

    private static String document() throws IOException {
        return Files.readString(Path.of("../docs/tasks.md"));
    }

    private static CapturedRun run(String... args) {
        return CapturedRun.of(args);
    }

    private static String path(String name) {
        return folder.resolve(name).toString();
    }
}
