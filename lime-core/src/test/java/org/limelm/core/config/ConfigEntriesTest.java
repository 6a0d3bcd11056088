package org.limelm.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigEntriesTest {
    @TempDir private Path folder;

    /** The constructor raises the budget to the rate. */
    record Budget(
            @Doc("The label") TextFormSample label,
            @Doc("The rate") int rate,
            @Doc("The budget") int budget) {
        Budget {
            budget = Math.max(budget, rate);
        }

        static Budget defaults() {
            return new Budget(TextFormSample.defaults(), 1, 10);
        }
    }

    @Test
    void everyKeyHasItsValueAndWhereThatWasSet() throws IOException {
        String yaml =
                """
                name: "null"
                arms: [baseline, lime+1]
                model:
                  hiddenSize: 6
                schedule: constant
                stages:
                  - {steps: 3}
                """;
        List<ConfigEntry> entries =
                entries(
                        SampleConfig.class,
                        yaml,
                        List.of("model.tiedHead=true", "schedule.rate=1e-4", "clip=null"));
        String at = folder.resolve("c.yaml") + ":";
        assertThat(entries)
                .extracting(ConfigEntry::key, ConfigEntry::text, ConfigEntry::origin)
                .containsExactly(
                        row("seed", "1", "default"),
                        row("data", "data", "default"),
                        row("name", "\"null\"", at + 1),
                        row("arms", "[\"baseline\",\"lime+1\"]", at + 2),
                        row("model.hiddenSize", "6", at + 4),
                        row("model.tiedHead", "true", "override 'model.tiedHead=true'"),
                        row("model.precision", "mixed-bf16", "default"),
                        row("schedule.kind", "constant", at + 5),
                        row("schedule.rate", "1.0E-4", "override 'schedule.rate=1e-4'"),
                        row("every", "10m", "default"),
                        row("clip", "null", "override 'clip=null'"),
                        row("mixture", "{}", "default"),
                        row("stages", "[{\"steps\":3,\"label\":null}]", at + 7));
        assertThat(entries).noneMatch(ConfigEntry::adjusted);
    }

    @Test
    void theListedValuesAreOverridesThatGiveTheSameConfiguration() throws IOException {
        String yaml = "seed: 7\nname: \"[a]\"\nschedule: {kind: constant, rate: 2}\n";
        List<String> overrides =
                entries(SampleConfig.class, yaml, List.of()).stream()
                        .map(entry -> entry.key() + "=" + entry.text())
                        .toList();
        assertThat(ConfigLoader.parse(SampleConfig.class, "", "empty", overrides))
                .isEqualTo(ConfigLoader.parse(SampleConfig.class, yaml, "yaml", List.of()));
    }

    @Test
    void aValueSetInPartsNamesEveryPlace() throws IOException {
        ConfigEntry label =
                entries(Budget.class, "label: large:5\n", List.of("label.size=7")).get(0);
        assertThat(label.text()).isEqualTo("large:7");
        assertThat(label.origin())
                .isEqualTo(folder.resolve("c.yaml") + ":1, override 'label.size=7'");
    }

    @Test
    void aValueThatTheConfigurationChangedIsAdjusted() throws IOException {
        assertThat(adjusted(entries(Budget.class, "rate: 20\n", List.of())))
                .containsExactly("budget=20, default");
        assertThat(adjusted(entries(Budget.class, "rate: 5\n", List.of()))).isEmpty();
        Path file = Files.writeString(folder.resolve("d.yaml"), "rate: 5\n");
        assertThat(
                        adjusted(
                                ConfigLoader.entries(
                                        Budget.class,
                                        file,
                                        List.of(),
                                        read -> new Budget(read.label(), 6, read.budget()))))
                .containsExactly("rate=6, " + file + ":1");
    }

    private static List<String> adjusted(List<ConfigEntry> entries) {
        return entries.stream()
                .filter(ConfigEntry::adjusted)
                .map(entry -> entry.key() + "=" + entry.text() + ", " + entry.origin())
                .toList();
    }

    private <T extends Record> List<ConfigEntry> entries(
            Class<T> type, String yaml, List<String> overrides) throws IOException {
        Path file = Files.writeString(folder.resolve("c.yaml"), yaml);
        return ConfigLoader.entries(type, file, overrides, UnaryOperator.identity());
    }

    private static Tuple row(String key, String text, String origin) {
        return Tuple.tuple(key, text, origin);
    }
}
