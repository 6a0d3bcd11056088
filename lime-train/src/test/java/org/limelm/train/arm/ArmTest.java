package org.limelm.train.arm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.limelm.core.ConfigException;
import org.limelm.core.config.ConfigLoader;
import org.limelm.core.io.Json;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.train.config.RunConfig;

/** Arms given by name and by keys. */
class ArmTest {
    private static RunConfig load(String yaml, String... overrides) {
        return ConfigLoader.parse(RunConfig.class, yaml, "c.yaml", List.of(overrides));
    }

    @Test
    void weightOfTheNextTagsFallsLinearlyToZero() {
        NextTags falling = NextTags.of("0.3:falling");
        assertThat(falling.weightAt(50, 100)).isEqualTo(0.15);
        assertThat(falling.weightAt(100, 100)).isZero();
        assertThat(NextTags.of("0.3").weightAt(100, 100)).isEqualTo(0.3);
        assertThatThrownBy(() -> NextTags.of("0.3:rising"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("expected WEIGHT, optionally with :falling");
        assertThatThrownBy(() -> load("arm: {shift: 2, nextTags: 0.3}"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("nextTags with shift 2");
    }

    @Test
    void armsThatPredictTagsNameTheirAnnotationMode() {
        Arm auxiliary = Arm.BASELINE.withNextTags(NextTags.of("0.3"));
        assertThat(auxiliary.label(AnnotationMode.CAUSAL))
                .isEqualTo("baseline(nextTags=0.3)/causal");
        assertThat(auxiliary.feedsItself()).isFalse();
        assertThat(Arm.LIME_PLUS_1.withNextTags(NextTags.of("0.3")).feedsItself()).isTrue();
    }

    @Test
    void presetNameIsItsLabel() {
        assertThat(Arm.presets().keySet())
                .containsExactly(
                        "plain",
                        "baseline",
                        "lime",
                        "lime+1",
                        "lime-pos",
                        "lime-ner",
                        "lime-shuffled");
        for (Map.Entry<String, Arm> preset : Arm.presets().entrySet()) {
            Arm arm = preset.getValue();
            assertThat(arm.label()).isEqualTo(preset.getKey());
            assertThat(Arm.of(preset.getKey())).isEqualTo(arm);
            assertThat(Json.toLine(arm)).isEqualTo("\"" + preset.getKey() + "\"");
            assertThat(ConfigLoader.toYaml(RunConfig.defaults().withArm(arm)))
                    .contains("arm: " + preset.getKey() + "\n");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{shift: -1}                                   | lime(shift=-1)",
                "{preset: lime+1, source: shuffled}            | lime+1(source=shuffled)",
                "{preset: lime, shift: 1}                      | lime+1",
                "{preset: lime-pos, features: all}             | lime",
                "{preset: lime, features: [pos], shift: -2}    | lime-pos(shift=-2)",
                "{features: [ner, pos]}                        | lime(features=ner+pos)",
                "{preset: baseline, split: plain}              | plain",
                "{source: noise}                               | lime(source=noise:0.1)",
                "{source: {kind: noise, share: 0.5, seed: 7}}  | lime(source=noise:0.5:7)",
                "lime(shift=-1)                                | lime(shift=-1)",
                "{preset: baseline, nextTags: 0.3}             | baseline(nextTags=0.3)",
                "{preset: lime+1, nextTags: '0.3:falling'}     | lime+1(nextTags=0.3:falling)",
                "{preset: lime, dropout: '0:rising'}           | lime(dropout=0.0:rising)",
                "{preset: lime+1, nextTags: '0.3:two-pass', dropout: 0.2} | lime+1(dropout=0.2,nextTags=0.3:two-pass)",
            })
    void armGivenByKeysRoundTripsThroughItsLabel(String written, String label) {
        Arm arm = load("arm: " + written).arm();
        assertThat(arm.label()).isEqualTo(label);
        assertThat(Arm.of(label)).isEqualTo(arm);
        RunConfig run = RunConfig.defaults().withArm(arm);
        assertThat(load(ConfigLoader.toYaml(run))).isEqualTo(run);
        assertThat(Json.parse(Json.toLine(arm), Arm.class, "arm")).isEqualTo(arm);
    }

    @Test
    void overrideChangesTheArmInTheFile() {
        assertThat(load("arm: lime-pos", "arm.shift=-1").arm().label())
                .isEqualTo("lime-pos(shift=-1)");
        assertThat(load("arm: lime-pos", "arm=baseline").arm()).isEqualTo(Arm.BASELINE);
        assertThat(load("arm: {shift: 2}", "arm.preset=lime-ner").arm().label())
                .isEqualTo("lime-ner(shift=2)");
    }

    @Test
    void annotationOfTheArmOverridesThatOfTheRun() {
        RunConfig run = load("arm: {preset: lime, annotation: full}");
        assertThat(run).isEqualTo(load("annotation: full\narm: lime"));
        assertThat(run.armLabel()).isEqualTo("lime/full");
        assertThat(run.withArm(Arm.LIME_PLUS_1.in(AnnotationMode.CAUSAL)).armLabel())
                .isEqualTo("lime+1/causal");
        assertThat(run.withArm(Arm.BASELINE).armLabel()).isEqualTo("baseline");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "arm: limo                             | [c.yaml:1] [arm] unknown arm 'limo', expected one of plain, baseline, lime,",
                "arm: {preset: limo}                   | [c.yaml:1] [arm] unknown arm 'limo'",
                "arm: {shft: 1}                        | [c.yaml:1] unknown key 'shft' in 'arm'. Hint: did you mean 'shift'?",
                "arm: {preset: baseline, shift: 1}     | [c.yaml:1] [arm] shift, source or dropout for an arm without features",
                "arm: {features: [pos, pos]}           | [c.yaml:1] [arm] features [pos, pos], expected",
                "arm: {dropout: 1}                     | [c.yaml:1] [dropout] share 1.0, expected",
                "arm: {nextTags: 0.3:twice}            | [c.yaml:1] [nextTags] '0.3:twice', expected WEIGHT",
                "arm: {preset: lime+1, nextTags: 0.3:two-pass} | [c.yaml:1] [arm] nextTags 0.3:two-pass with shift 1 and dropout 0.0, expected",
                "arm: {dropout: 0.1:falling}           | [c.yaml:1] [dropout] '0.1:falling', expected SHARE",
                "arm: {preset: baseline, dropout: 0.1} | [c.yaml:1] [arm] shift, source or dropout for an arm without features",
                "arm: {source: gold}                   | [c.yaml:1] arm.source is 'gold', expected one of observed, shuffled, noise",
                "arm: {source: {kind: noise, share: 0}} | [c.yaml:1] arm.source: noise share 0.0, expected",
                "arm: {annotation: prefix}             | [c.yaml:1] [annotation] prefix is for evaluation only",
            })
    void invalidArmIsRejectedWithItsLine(String yaml, String message) {
        assertThatThrownBy(() -> load(yaml))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "lime(",
                "lime()",
                "lime(shift)",
                "lime(shift=x)",
                "lime(source=gold)",
                "lime(depth=1)",
                "(shift=1)",
                "lime(shift=1)x"
            })
    void malformedLabelIsRejected(String label) {
        assertThatThrownBy(() -> Arm.of(label))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("[arm] ");
    }
}
