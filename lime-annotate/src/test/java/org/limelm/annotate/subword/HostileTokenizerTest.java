package org.limelm.annotate.subword;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.limelm.core.LimeException;
import org.limelm.core.io.Json;

/** Files with implausible ids or missing pieces. */
class HostileTokenizerTest {
    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(longs = {Integer.MAX_VALUE, 500_000_000, 70_000, 3_000_000_000L, -1})
    void anIdFarBeyondTheVocabularyIsRejectedBeforeAllocation(long id) {
        Map<String, Object> inVocabulary = TestTokenizers.sentencePiece(true, false);
        model(inVocabulary).put("vocab", Map.of("a", 0, "<eos>", 1, "far", id));
        Map<String, Object> added = TestTokenizers.sentencePiece(true, false);
        Map<String, Object> far = TestTokenizers.added(0, "far", true);
        far.put("id", id);
        added.put("added_tokens", List.of(far));

        for (Map<String, Object> json : List.of(inVocabulary, added)) {
            if (id == 70_000 && json == added) {
                continue; // plausible for its 330 pieces
            }
            assertThatThrownBy(() -> load(json))
                    .isInstanceOf(LimeException.class)
                    .hasMessageContainingAll("tokenizer.json", "'far'", Long.toString(id));
        }
    }

    @Test
    void aFewUnusedIdsAreAllowed() {
        Map<String, Object> json = TestTokenizers.sentencePiece(true, false);
        List<Map<String, Object>> added = new ArrayList<>();
        added.add(TestTokenizers.added(60_000, "<eos>", true));
        json.put("added_tokens", added);
        ((Map<?, ?>) java.util.Objects.requireNonNull(model(json).get("vocab"))).remove("<eos>");

        try (SubwordTokenizer tokenizer = load(json)) {
            assertThat(tokenizer.vocabularySize()).isEqualTo(60_001);
            assertThat(tokenizer.endOfTextId()).isEqualTo(60_000);
        }
    }

    @Test
    void aVocabularyWithoutUnknownTokenIsRejectedWithTheSegmentItLacks() {
        List<Object> vocabulary = new ArrayList<>();
        for (String piece : List.of("</s>", "A", "b", "c", "\u2581", "4", "2", "x", ".")) {
            vocabulary.add(List.of(piece, -1.0));
        }
        Map<String, Object> json = unigram(vocabulary);
        try (SubwordTokenizer tokenizer = load(json)) {
            SubwordEncoder encoder = tokenizer.newEncoder();

            assertThat(tokenizer.decode(encoder.encode("Abc"))).isEqualTo("Abc");
            assertThatThrownBy(() -> encoder.encode("Aqb"))
                    .isInstanceOf(LimeException.class)
                    .hasMessageContainingAll("tokenizer.json", "Aqb", "unknown token");
        }
        vocabulary.remove(1);
        assertThatThrownBy(() -> load(unigram(vocabulary)))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("tokenizer.json");
    }

    @Test
    void byteFallbackReplacesAMissingUnknownToken() {
        List<Object> vocabulary = new ArrayList<>(List.of(List.of("</s>", 0.0)));
        for (int b = 0; b < 256; b++) {
            vocabulary.add(List.of("<0x%02X>".formatted(b), -10.0));
        }
        for (String piece : List.of("A", "b", "c", "\u2581", "4", "2", "x", ".", "a")) {
            vocabulary.add(List.of(piece, -1.0));
        }
        try (SubwordTokenizer tokenizer = load(unigram(vocabulary))) {
            String text = "aqaé";

            assertThat(tokenizer.decode(tokenizer.newEncoder().encode(text))).isEqualTo(text);
        }
    }

    private SubwordTokenizer load(Map<String, Object> json) {
        Path file = folder.resolve("tokenizer.json");
        Json.write(file, json);
        return SubwordTokenizer.load(file);
    }

    private static Map<String, Object> unigram(List<Object> vocabulary) {
        Map<String, Object> json = TestTokenizers.sentencePiece(true, false);
        Map<String, Object> model = new LinkedHashMap<>();
        model.put("type", "Unigram");
        model.put("vocab", vocabulary);
        model.put("byte_fallback", false);
        json.put("model", model);
        json.put("added_tokens", List.of(TestTokenizers.added(0, "</s>", true)));
        return json;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> model(Map<String, Object> json) {
        return (Map<String, Object>) json.getOrDefault("model", Map.of());
    }
}
