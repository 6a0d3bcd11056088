package org.limelm.train.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code lime plan}, with the commands of docs/planning.md. */
class PlanCommandTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "plan configs/lime-500m.yaml",
                "plan configs/lime-500m.yaml arm=baseline training.budget=paper --device h100-80g --devices 8 --mfu 0.45 --price-per-hour 2.5",
                "plan configs/lime-1b.yaml --flops 312e12 --bandwidth 1.5e12 --memory 40e9 --json",
                "plan configs/lime-2b.yaml --task generate --positions 512 --rows 8"
            })
    void plansAreMadeFromConfigurations(String command) {
        CapturedRun ran = run(command);
        assertThat(ran.status()).as(ran.err()).isZero();
        assertThat(ran.out()).contains("parameters", "weights", "total", "fits");
    }

    @Test
    void everyArmIsShownAndTheCostOnlyOfAStatedPrice() {
        CapturedRun free = run("plan configs/lime-500m.yaml --device h100-80g");
        assertThat(free.out())
                .contains("baseline  510,698,496", "lime      510,769,152", "lime+1    510,769,152")
                .contains("0.0138 %", "with training.recompute=none", "datasheet");
        CapturedRun priced =
                run("plan configs/lime-500m.yaml --device h100-80g --price-per-hour 2 --json");
        assertThat(free.lastLine()).doesNotStartWith("{");
        assertThat(priced.lastLine())
                .startsWith("{\"arm\":\"lime/causal\",\"device\":\"h100-80g\"")
                .contains("\"totalMemoryBytes\":", "\"cost\":", "\"fits\":true");
    }

    @Test
    void aPlanThatDoesNotFitIsShownAndRefused() {
        CapturedRun ran =
                run("plan configs/lime-1b.yaml training.recompute=none --device rtx4090 --json");
        assertThat(ran.status()).isEqualTo(2);
        assertThat(ran.out()).contains("DOES NOT FIT").contains("\"fits\":false");
        assertThat(ran.err()).contains("[plan]", "training.recompute=all", "training.batchSize=");
    }

    @Test
    void theProcessorIsMeasured() {
        CapturedRun ran = run("plan configs/mini.yaml --device cpu");
        assertThat(ran.status()).as(ran.err()).isZero();
        assertThat(ran.out()).contains("1 x cpu", "measured here with");
    }

    @Test
    void anIncompleteDeviceIsRefused() {
        CapturedRun ran = run("plan configs/lime-500m.yaml --flops 1e12 --memory 1e9");
        assertThat(ran.status()).isEqualTo(2);
        assertThat(ran.err()).contains("--bandwidth is missing");
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
