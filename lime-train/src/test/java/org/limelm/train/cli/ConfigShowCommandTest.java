package org.limelm.train.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.core.io.Json;

/** {@code lime config show}. */
class ConfigShowCommandTest {
    @TempDir private Path folder;

    @Test
    void everyKeyHasItsValueAndWhereThatWasSet() {
        CapturedRun shown = CapturedRun.of("config", "show", "../configs/mini.yaml", "seed=7");
        assertThat(shown.status()).as(shown.err()).isZero();
        assertThat(shown.out())
                .startsWith("key ")
                .containsPattern("(?m)^seed +7 +override 'seed=7'$")
                .containsPattern("(?m)^model\\.hiddenSize +\\d+ +\\.\\./configs/mini\\.yaml:\\d+$")
                .containsPattern("(?m)^data\\.maxBadFraction +0\\.01 +default$")
                .doesNotContain("compare.");
    }

    @Test
    void aComparisonHasItsOwnKeysToo() {
        CapturedRun shown =
                CapturedRun.of(
                        "config",
                        "show",
                        "../configs/compare-quick.yaml",
                        "training.steps=50",
                        "--json");
        assertThat(shown.status()).as(shown.err()).isZero();
        JsonNode keys = Json.parse(shown.out(), JsonNode.class, "standard output");
        assertThat(entry(keys, "compare.seeds").path("value")).hasToString("[1,2]");
        assertThat(entry(keys, "compare.arms").path("value").path(3).asText())
                .isEqualTo("lime+1(annotation=full,nextTags=0.3)");
        JsonNode steps = entry(keys, "training.steps");
        assertThat(steps.path("value").asInt()).isEqualTo(50);
        assertThat(steps.path("origin").asText()).isEqualTo("override 'training.steps=50'");
        assertThat(steps.path("adjusted").asBoolean()).isFalse();
    }

    @Test
    void aValueThatAnotherKeySetsIsMarked() throws IOException {
        Path file = Files.writeString(folder.resolve("run.yaml"), "arm: lime/full\n");
        CapturedRun shown = CapturedRun.of("config", "show", file.toString());
        assertThat(shown.out())
                .containsPattern("(?m)^annotation +full +default; adjusted to other keys$");
    }

    @Test
    void aWrongKeyIsAnError() throws IOException {
        Path file = Files.writeString(folder.resolve("run.yaml"), "training: {batchsize: 3}\n");
        CapturedRun shown = CapturedRun.of("config", "show", file.toString());
        assertThat(shown.status()).isEqualTo(2);
        assertThat(shown.err()).contains("run.yaml:1", "did you mean 'batchSize'?");
    }

    private static JsonNode entry(JsonNode keys, String name) {
        for (JsonNode key : keys) {
            if (key.path("key").asText().equals(name)) {
                return key;
            }
        }
        throw new AssertionError("No key " + name + " in " + keys);
    }
}
