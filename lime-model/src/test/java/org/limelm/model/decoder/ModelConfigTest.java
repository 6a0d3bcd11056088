package org.limelm.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.limelm.core.ConfigException;
import org.limelm.core.metadata.MetadataSchema;

class ModelConfigTest {
    @Test
    void conflictingSettingsAreRejected() {
        MetadataConfig metadata = MetadataConfig.defaults();
        assertThatThrownBy(() -> TestModels.config(3, Activation.GEGLU, true, false, metadata))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("numKvHeads 3 does not divide numHeads 4");
        assertThatThrownBy(() -> TestModels.config(0, Activation.GEGLU, true, false, metadata))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("numKvHeads 0, expected at least 1");
    }

    @Test
    void parameterNamesFollowTheArchitecture() {
        ModelConfig config =
                TestModels.config(2, Activation.GEGLU, false, false, TestModels.learned());
        List<String> names =
                ParameterSpec.of(config, TestModels.SCHEMA).stream()
                        .map(spec -> spec.name() + " " + spec.shape())
                        .toList();
        assertThat(names)
                .startsWith(
                        "embedding.token.weight (64, 32)",
                        "embedding.meta.pos (5, 32)",
                        "embedding.meta.pos.scale ()",
                        "embedding.meta.ner (3, 32)",
                        "embedding.meta.ner.scale ()",
                        "layers.0.attention.norm (32)",
                        "layers.0.attention.qkv (64, 32)",
                        "layers.0.attention.out (32, 32)",
                        "layers.0.ffn.norm (32)",
                        "layers.0.ffn.gate_up (96, 32)",
                        "layers.0.ffn.down (32, 48)")
                .endsWith("final.norm (32)", "head.weight (64, 32)");
    }

    @Test
    void presetsHaveTheirNominalSizes() {
        Map<String, Double> expected =
                Map.of(
                        "mini",
                        6.9e6,
                        "lime-100m",
                        1e8,
                        "lime-500m",
                        5e8,
                        "lime-1b",
                        1e9,
                        "lime-2b",
                        2e9);
        expected.forEach(
                (name, count) ->
                        assertThat((double) parameters(ModelPresets.of(name)))
                                .as(name)
                                .isBetween(count * 0.9, count * 1.1));
        assertThatThrownBy(() -> ModelPresets.of("huge"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(
                        "expected one of [tiny, mini, lime-100m, lime-500m, lime-1b, lime-2b]");
    }

    private static long parameters(ModelConfig config) {
        return ParameterSpec.of(config, MetadataSchema.EMPTY).stream()
                .mapToLong(spec -> spec.shape().size())
                .sum();
    }

    @Test
    void recomputeIsParsedFromWordsAndNumbers() {
        assertThat(Recompute.parse("none")).isEqualTo(Recompute.NONE);
        assertThat(Recompute.parse("all").layer(5)).isTrue();
        assertThat(Recompute.parse("3").layer(3)).isTrue();
        assertThat(Recompute.parse("3").layer(4)).isFalse();
        assertThatThrownBy(() -> Recompute.parse("some")).isInstanceOf(ConfigException.class);
    }
}
