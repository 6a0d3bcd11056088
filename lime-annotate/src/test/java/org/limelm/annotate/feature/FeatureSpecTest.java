package org.limelm.annotate.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.limelm.core.ConfigException;

class FeatureSpecTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "pos",
                "pos(tags=upos)",
                "dictionary(name=genes,file=/data/my words.tsv)",
                "dictionary(file=\"a,b (1) \\\"x\\\".tsv\")",
                "x(y=)"
            })
    void theTextFormIsReadBack(String text) {
        assertThat(FeatureSpec.of(text).label()).isEqualTo(text);
    }

    @Test
    void anyValueHasATextForm() {
        for (String value : List.of("", " a ", "a=b", "x,y", "(", ")", "\"", "\\", "a\nb", "ü東")) {
            FeatureSpec spec = new FeatureSpec("own", Map.of("option", value));
            assertThat(FeatureSpec.listOf("pos, " + spec.label() + " ,ner"))
                    .containsExactly(FeatureSpec.of("pos"), spec, FeatureSpec.of("ner"));
        }
    }

    @Test
    void aLongValueIsReadBack() {
        FeatureSpec spec = new FeatureSpec("column", Map.of("tags", "Case=Nom,\\\"".repeat(5_000)));
        assertThat(FeatureSpec.of(spec.label())).isEqualTo(spec);
    }

    @Test
    void anOptionThatHasNoTextFormIsRefused() {
        assertThatThrownBy(() -> new FeatureSpec("own", Map.of("min-length", "3")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll("[metadata: own]", "'min-length'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "pos,", "pos ner", "pos(tags)", "pos(tags=a", "pos(a=b)c", "a-b"})
    void aMalformedTextIsRefused(String text) {
        assertThatThrownBy(() -> FeatureSpec.listOf(text))
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll("[metadata]", "'" + text + "'", "Hint:");
    }
}
