package org.limelm.train.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code lime plan}, with the commands of docs/planning.md. */
class PlanCommandTest {
    @TestFactory
    Stream<DynamicTest> everyCommandInTheDocumentRuns() throws IOException {
        List<String> commands =
                Files.readAllLines(Path.of("../docs/planning.md")).stream()
                        .filter(line -> line.startsWith("    ./lime plan "))
                        .map(line -> line.strip().substring("./lime ".length()))
                        .toList();
        assertThat(commands).hasSizeGreaterThan(3);
        return commands.stream()
                .map(
                        command ->
                                DynamicTest.dynamicTest(
                                        command,
                                        () -> {
                                            CapturedRun ran = run(command);
                                            boolean tooSmall = // depends on this machine
                                                    command.contains("--device cpu")
                                                            && ran.out().contains("DOES NOT FIT");
                                            assertThat(ran.status())
                                                    .as(ran.err())
                                                    .isEqualTo(tooSmall ? 2 : 0);
                                            assertThat(ran.out()).contains("weights", "total");
                                        }));
    }

    @Test
    void everyArmIsShownAndCostOnlyWithAPrice() {
        CapturedRun free = run("plan configs/lime-500m.yaml --device h100-80g");
        assertThat(free.out())
                .contains("baseline  510,708,736", "lime      510,779,392", "lime+1    510,779,392")
                .contains("0.0138 %", "with training.recompute=none", "datasheet");
        CapturedRun priced =
                run("plan configs/lime-500m.yaml --device h100-80g --price-per-hour 2 --json");
        assertThat(free.lastLine()).doesNotStartWith("{");
        assertThat(priced.lastLine())
                .startsWith("{\"arm\":\"lime/causal\",\"device\":\"h100-80g\"")
                .contains("\"totalMemoryBytes\":", "\"cost\":", "\"fits\":true");
    }

    @Test
    void aPlanThatDoesNotFitIsShownAndRejected() {
        CapturedRun ran =
                run("plan configs/lime-1b.yaml training.recompute=none --device rtx4090 --json");
        assertThat(ran.status()).isEqualTo(2);
        assertThat(ran.out()).startsWith("{").contains("\"fits\":false").hasLineCount(1);
        assertThat(ran.err())
                .contains(
                        "DOES NOT FIT", "[plan]", "training.recompute=all", "training.batchSize=");
    }

    @Test
    void theCpuIsMeasured() {
        CapturedRun ran = run("plan configs/mini.yaml --device cpu");
        assertThat(ran.status()).as(ran.err()).isZero();
        assertThat(ran.out()).contains("1 x cpu", "measured here with");
    }

    @Test
    void anIncompleteDeviceIsRejected() {
        CapturedRun ran = run("plan configs/lime-500m.yaml --flops 1e12 --memory 1e9");
        assertThat(ran.status()).isEqualTo(2);
        assertThat(ran.err()).contains("--bandwidth is missing");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--task generate --rows 0        | [plan] rows 0, expected at least 1",
                "--task generate --positions 0   | [plan] positions 0, expected 1 to",
                "--task generate --positions 9999 | [plan] positions 9999, expected 1 to model.contextLength, 2048",
                "--price-per-hour -1             | [plan] price per hour -1.0, expected 0 or more",
                "optimizer.averageDecay=2        | averageDecay 2.0, expected 0 <= x < 1",
                "training.recompute=0            | [recompute] '0', expected none, all or n",
            })
    void invalidValuesAreRejected(String options, String message) {
        CapturedRun ran = run("plan configs/lime-500m.yaml --device h100-80g " + options);
        assertThat(ran.status()).isEqualTo(2);
        assertThat(ran.err()).contains(message);
    }

    private static CapturedRun run(String command) {
        List<String> words =
                List.of(command.split(" ")).stream()
                        .map(
                                word ->
                                        word.startsWith("configs/")
                                                ? Path.of("..").resolve(word).toString()
                                                : word)
                        .toList();
        return CapturedRun.of(words.toArray(String[]::new));
    }
}
