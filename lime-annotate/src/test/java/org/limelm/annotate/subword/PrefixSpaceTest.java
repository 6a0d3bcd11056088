package org.limelm.annotate.subword;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.limelm.core.io.Json;

/** Tokenizers configured to prepend a space to every text, in all possible ways. */
class PrefixSpaceTest {
    private static Map<String, Object> metaspace(Map<String, Object> more) {
        Map<String, Object> component = new LinkedHashMap<>();
        component.put("type", "Metaspace");
        component.put("replacement", "\u2581");
        component.putAll(more);
        return component;
    }

    static List<Map<String, Object>> components() {
        return List.of(
                metaspace(Map.of("add_prefix_space", true)),
                metaspace(Map.of("prepend_scheme", "always")),
                metaspace(Map.of("prepend_scheme", "first", "split", false)),
                metaspace(Map.of("add_prefix_space", true, "prepend_scheme", "always")),
                metaspace(Map.of()),
                metaspace(Map.of("add_prefix_space", false, "prepend_scheme", "never")),
                metaspace(Map.of("str_rep", "\u2581", "add_prefix_space", true)));
    }

    @ParameterizedTest
    @MethodSource("components")
    void noSpaceIsPrepended(Map<String, Object> component) {
        requireExact(component, component);
        requireExact(
                Map.of("type", "Sequence", "pretokenizers", List.of(component)),
                Map.of("type", "Sequence", "decoders", List.of(component)));
    }

    private static void requireExact(Map<String, Object> component, Map<String, Object> decoder) {
        Map<String, Object> root = TestTokenizers.sentencePiece(true, false);
        root.remove("normalizer");
        root.put("pre_tokenizer", component);
        root.put("decoder", decoder);
        try (SubwordTokenizer tokenizer = TestTokenizers.write(file -> Json.write(file, root))) {
            SubwordEncoder encoder = tokenizer.newEncoder();
            for (String text : List.of("the", " the", "  the", " ", "the States the", "\u6771 x")) {
                assertThat(tokenizer.decode(encoder.encode(text))).isEqualTo(text);
            }
            assertThat(encoder.encode("the")).hasSize(1).isNotEqualTo(encoder.encode(" the"));
            assertThat(encoder.encode(" the")).hasSize(1);
        }
    }
}
