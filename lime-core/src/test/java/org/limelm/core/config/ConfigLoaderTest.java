package org.limelm.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.limelm.core.ConfigException;
import org.limelm.core.LimeException;
import org.limelm.core.config.SampleConfig.Precision;
import org.limelm.core.config.SampleConfig.SampleArm;
import org.limelm.core.config.SampleConfig.Schedule;
import org.limelm.core.config.SampleConfig.Stage;

class ConfigLoaderTest {
    @Test
    void anEmptyFileGivesTheDefaults() {
        assertThat(parse("")).isEqualTo(SampleConfig.defaults());
        assertThat(parse("# nothing\n")).isEqualTo(SampleConfig.defaults());
        assertThat(parse("model:\n")).isEqualTo(SampleConfig.defaults());
    }

    @Test
    void everyTypeIsRead() {
        SampleConfig config =
                parse(
                        """
                        seed: 9_000_000_000
                        data: /a b/ü
                        name: "007"
                        arms: [baseline, lime+1]
                        model: {hiddenSize: 2_048, precision: mixed-bf16, tiedHead: true}
                        schedule:
                          kind: constant
                          rate: 1e-4
                        every: 1h30m
                        clip: null
                        mixture: {web: 0.5, books: 1}
                        stages:
                          - steps: 5
                          - {steps: 6, label: last}
                        """);
        assertThat(config.seed()).isEqualTo(9_000_000_000L);
        assertThat(config.data()).isEqualTo(Path.of("/a b/ü"));
        assertThat(config.name()).isEqualTo("007");
        assertThat(config.arms()).containsExactly(SampleArm.BASELINE, SampleArm.LIME_PLUS_1);
        assertThat(config.model())
                .isEqualTo(new SampleConfig.Model(2048, true, Precision.MIXED_BF16));
        assertThat(config.schedule()).isEqualTo(new Schedule.Constant(1e-4));
        assertThat(config.every()).isEqualTo(Duration.ofMinutes(90));
        assertThat(config.clip()).isEmpty();
        assertThat(config.mixture()).containsEntry("web", 0.5).containsEntry("books", 1.0);
        assertThat(config.stages())
                .containsExactly(new Stage(5, Optional.empty()), new Stage(6, Optional.of("last")));
    }

    @Test
    void aSingleValueIsAListOfOne() {
        assertThat(parse("arms: lime+1").arms()).containsExactly(SampleArm.LIME_PLUS_1);
    }

    @Test
    void aNameAloneSelectsTheRecordOfASealedInterface() {
        assertThat(parse("schedule: warmup-cosine").schedule())
                .isEqualTo(new Schedule.WarmupCosine(3e-4, 10));
        assertThat(parse("schedule: constant", "schedule.rate=2").schedule())
                .isEqualTo(new Schedule.Constant(2));
    }

    @Test
    void keysBelowAScalarAreRejected() {
        assertThatThrownBy(() -> parse("model: 3", "model.tiedHead=true"))
                .hasMessage("[c.yaml:1] model is '3', expected a group of keys");
    }

    @Test
    void aMissingNestedKeyTakesTheValueOfTheEnclosingDefault() {
        SampleConfig config = parse("model: {hiddenSize: 2}\nschedule: {peak: 1}");
        assertThat(config.model())
                .isEqualTo(new SampleConfig.Model(2, false, Precision.MIXED_BF16));
        assertThat(config.schedule()).isEqualTo(new Schedule.WarmupCosine(1, 10));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`seed: 1\n\nnmae: x`       | [c.yaml:3] unknown key 'nmae'. Hint: did you mean 'name'?",
                "`model:\n  hidden_size: 4` | [c.yaml:2] unknown key 'hidden_size' in 'model'. Hint: did you mean 'hiddenSize'?",
                "`model:\n  zzzzzzzz: 4`    | [c.yaml:2] unknown key 'zzzzzzzz' in 'model'. Hint: known keys are hiddenSize, tiedHead, precision",
                "seed: many                 | [c.yaml:1] seed is 'many', expected a whole number",
                "seed: 1.5                  | [c.yaml:1] seed is '1.5', expected a whole number",
                "seed: [1]                  | [c.yaml:1] seed is a list, expected a whole number",
                "seed:                      | [c.yaml:1] seed is nothing, expected a whole number",
                "clip: .inf                 | [c.yaml:1] clip is '.inf', expected a finite number",
                "clip: 1e999                | [c.yaml:1] clip is '1e999', expected a finite number",
                "every: soon                | [c.yaml:1] every is 'soon', expected a duration like 90s, 10m or 1h30m",
                "arms: {a: lime}            | [c.yaml:1] arms is a group of keys, expected a list: [a, b]",
                "arms: lime+2               | [c.yaml:1] arms is 'lime+2', expected one of baseline, lime, lime+1",
                "`arms:\n- lime\n- lime+2`  | [c.yaml:3] arms[1] is 'lime+2', expected one of baseline, lime, lime+1",
                "model: {tiedHead: yes}     | [c.yaml:1] model.tiedHead is 'yes', expected true or false",
                "model: 3                   | [c.yaml:1] model is '3', expected a group of keys",
                "[a, b]                     | [c.yaml:1] the configuration is a list, expected a group of keys",
                "model: {hiddenSize: 3}     | [c.yaml:1] model: hiddenSize 3 is odd, but positions rotate pairs",
                "model: {hiddenSize: 3000000000} | [c.yaml:1] model.hiddenSize is '3000000000', expected a whole number from -2147483648 to 2147483647",
                "schedule: {warmup: -1}     | [c.yaml:1] [schedule] warmup -1, expected >= 0",
                "schedule: cosine           | [c.yaml:1] schedule is 'cosine', expected one of constant, warmup-cosine",
                "schedule: {kind: cosine}   | [c.yaml:1] schedule.kind is 'cosine', expected one of constant, warmup-cosine",
                "schedule: {kind: constant} | [c.yaml:1] key 'schedule.rate' is missing and has no default. Hint: add it",
                "mixture: {a b: 1}          | [c.yaml:1] mixture: name 'a b' may hold only letters, digits and _ . + -",
                "stages: [{label: x}]       | [c.yaml:1] key 'stages[0].steps' is missing and has no default. Hint: add it",
                "`seed: 1\nname: x\nseed: 2` | [c.yaml:3] key 'seed' appears twice, first at c.yaml:1. Hint: remove one",
                "`seed: 1\n---\nseed: 2`    | [c.yaml:3] a second document begins, expected one",
            })
    void invalidValuesAreReportedByLine(String yaml, String message) {
        assertThatThrownBy(() -> parse(yaml))
                .isInstanceOf(ConfigException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "model=[1]            | model is a list, expected a group of keys",
                "model.hiddensize=4   | unknown key 'hiddensize' in 'model'. Hint: did you mean 'hiddenSize'?",
                "seed.x=4             | seed is a group of keys, expected a whole number",
                "seed                 | expected key.sub=value",
                "=4                   | expected key.sub=value",
                "model..hiddenSize=4  | expected key.sub=value",
                "name=[x              | not valid YAML",
                "name='x' #3          | not valid YAML",
                "arms=[lime] #3       | not valid YAML",
                "arms=[lime #, plain] | not valid YAML",
                "name='x', y          | expected one value",
                "seed=3 #4            | seed is '3 #4', expected a whole number",
                "name=~               | name is nothing, expected text",
            })
    void anInvalidOverrideIsReportedAsGiven(String override, String message) {
        assertThatThrownBy(() -> parse("", override))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("[override '" + override + "'] " + message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "runs/exp #3",
                "a: b",
                "#1",
                "- a",
                "*x",
                "&x y",
                "!x",
                "|",
                "a, b",
                "x]",
                " a ",
                "010",
                "1e3",
                "no",
                "2024-01-01",
                "a\tb",
                "%d",
                "@x",
                "`x`"
            })
    void thePlainTextOfAnOverrideIsTakenLiterally(String text) {
        assertThat(parse("", "name=" + text).name()).isEqualTo(text);
    }

    @Test
    void aQuotedOverrideIsReadAsYaml() {
        assertThat(parse("", "name=\"a #b\\n\"").name()).isEqualTo("a #b\n");
        assertThat(parse("", "name='it''s #1'").name()).isEqualTo("it's #1");
    }

    @Test
    void laterOverridesWin() {
        SampleConfig config =
                parse(
                        "seed: 1\nmodel: {hiddenSize: 2}",
                        "seed=2",
                        "seed=3",
                        "model.tiedHead=true",
                        "arms=[lime, lime+1]",
                        "schedule={kind: constant, rate: 2}",
                        "name=a=b",
                        "clip=");
        assertThat(config.seed()).isEqualTo(3);
        assertThat(config.model()).isEqualTo(new SampleConfig.Model(2, true, Precision.MIXED_BF16));
        assertThat(config.arms()).containsExactly(SampleArm.LIME, SampleArm.LIME_PLUS_1);
        assertThat(config.schedule()).isEqualTo(new Schedule.Constant(2));
        assertThat(config.name()).isEqualTo("a=b");
        assertThat(config.clip()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`name: &a x\nseed: *a`                        | [c.yaml:2] anchors and aliases",
                "`mixture: &a {a: 1}\nmodel: {<<: *a}`         | [c.yaml:1] anchors and aliases",
                "name: !!javax.script.ScriptEngineManager [x]  | [c.yaml:1] tag 'tag:yaml.org,2002:javax.script",
                "name: !local x                                | [c.yaml:1] tag",
                "`name: [x`                                    | [c.yaml:1] not valid YAML",
                "`name: x\n\tseed: 1`                          | [c.yaml:2] not valid YAML",
            })
    void yamlWithMoreThanPlainValuesIsRejected(String yaml, String message) {
        assertThatThrownBy(() -> parse(yaml))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void aliasBombsAndDeepNestingAreRejectedQuickly() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x]\n");
        for (int i = 1; i < 60; i++) {
            bomb.append("a%d: &a%d [*a%d, *a%d]%n".formatted(i, i, i - 1, i - 1));
        }
        assertThatThrownBy(() -> parse(bomb.toString())).isInstanceOf(ConfigException.class);
        String deep = "[".repeat(100_000);
        assertThatThrownBy(() -> parse("name: " + deep)).isInstanceOf(ConfigException.class);
    }

    @Test
    void aMissingOrHugeFileIsNamed(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("run.yaml");
        assertThatThrownBy(() -> ConfigLoader.load(SampleConfig.class, file, List.of()))
                .isInstanceOf(LimeException.class)
                .hasMessageStartingWith("[" + file + "] cannot be read: no such file");
        Files.writeString(file, "#".repeat(2 << 20));
        assertThatThrownBy(() -> ConfigLoader.load(SampleConfig.class, file, List.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("larger than");
        assertThatThrownBy(
                        () ->
                                ConfigLoader.load(
                                        SampleConfig.class, Path.of("/dev/zero"), List.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("larger than");
        Files.writeString(file, "\ufeffseed: 5\r\n");
        assertThat(ConfigLoader.load(SampleConfig.class, file, List.of()).seed()).isEqualTo(5);
    }

    private static SampleConfig parse(String yaml, String... overrides) {
        return ConfigLoader.parse(SampleConfig.class, yaml, "c.yaml", List.of(overrides));
    }
}
