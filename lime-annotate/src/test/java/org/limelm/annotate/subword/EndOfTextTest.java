package org.limelm.annotate.subword;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.core.LimeException;
import org.limelm.core.io.Json;

class EndOfTextTest {
    @TempDir Path folder;

    @Test
    void aSpecialTokenIsPreferredToAnOrdinaryOneWithAUsualName() {
        Path file = write(List.of("</s>"), List.of("<eos>"));

        assertThat(endOfText(file)).isEqualTo("<eos>");
        try (SubwordTokenizer tokenizer = SubwordTokenizer.load(file)) {
            assertThat(tokenizer.isEndOfTextEvident()).isFalse();
            assertThat(tokenizer.decode(tokenizer.newEncoder().encode("a</s>b")))
                    .isEqualTo("a</s>b");
        }
    }

    @Test
    void twoSpecialTokensAreAmbiguousUntilOneIsNamed() throws IOException {
        Path file = write(List.of(), List.of("</s>", "<eos>"));

        assertThatThrownBy(() -> endOfText(file))
                .isInstanceOf(LimeException.class)
                .hasMessageContainingAll("</s>", "<eos>", "--end-of-text", "tokenizer_config.json");
        try (SubwordTokenizer said = SubwordTokenizer.load(file, Optional.of("</s>"))) {
            assertThat(said.endOfText()).isEqualTo("</s>");
        }
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"eos_token\": \"</s>\"}");
        assertThat(endOfText(file)).isEqualTo("</s>");
        try (SubwordTokenizer said = SubwordTokenizer.load(file, Optional.of("<eos>"))) {
            assertThat(said.endOfText()).isEqualTo("<eos>");
            try (SubwordTokenizer byId = SubwordTokenizer.load(file, said.endOfTextId())) {
                assertThat(byId.endOfText()).isEqualTo("<eos>");
            }
        }
    }

    @Test
    void theEndOfATurnIsNotTheEndOfADocument() {
        assertThat(endOfText(write(List.of(), List.of("<|im_end|>", "<|endoftext|>"))))
                .isEqualTo("<|endoftext|>");
        assertThat(endOfText(write(List.of(), List.of("<|im_end|>", "<|im_start|>"))))
                .isEqualTo("<|im_end|>");
    }

    @Test
    void filesBesideTheTokenizerDetermineTheEndOfText() throws IOException {
        Path file = write(List.of(), List.of("<eos>", "<stop>", "</s>"));
        Path generation = folder.resolve("generation_config.json");
        int stop = idOf(file, "<stop>");
        Files.writeString(generation, "{\"eos_token_id\": %d}".formatted(stop));
        assertThat(endOfText(file)).isEqualTo("<stop>");
        Files.writeString(
                generation, "{\"eos_token_id\": [%d, %d]}".formatted(stop, idOf(file, "<eos>")));
        assertThat(endOfText(file)).isEqualTo("<eos>");
        Path config = folder.resolve("tokenizer_config.json");
        Files.writeString(config, "{\"eos_token\": {\"content\": \"<stop>\"}}");
        assertThat(endOfText(file)).isEqualTo("<stop>");
        Files.writeString(config, "{\"eos_token\": null}");
        assertThat(endOfText(file)).isEqualTo("<eos>");
        Files.writeString(config, "{\"eos_token\": \"<gone>\"}");
        assertThatThrownBy(() -> endOfText(file))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("<gone>");
    }

    @Test
    void textNeverEncodesToAnEndOfTextThatIsNotMarkedSpecial() {
        Path file = write(List.of("<|endoftext|>"), List.of());
        try (SubwordTokenizer tokenizer = SubwordTokenizer.load(file)) {
            String text = "one<|endoftext|>two <|endoftext|>";
            int[] ids = tokenizer.newEncoder().encode(text);

            assertThat(tokenizer.endOfText()).isEqualTo("<|endoftext|>");
            assertThat(ids).doesNotContain(tokenizer.endOfTextId());
            assertThat(tokenizer.decode(ids)).isEqualTo(text);
            assertThat(tokenizer.pieceBytes(tokenizer.endOfTextId())).isEmpty();
        }
    }

    private static String endOfText(Path file) {
        try (SubwordTokenizer tokenizer = SubwordTokenizer.load(file)) {
            return tokenizer.endOfText();
        }
    }

    private static int idOf(Path file, String token) {
        return TokenizerJson.read(file, idOf -> Optional.empty()).idOf().getOrDefault(token, -1);
    }

    /** Writes a byte-level tokenizer with these added tokens instead of its own. */
    private Path write(List<String> ordinary, List<String> special) {
        Path file = folder.resolve("tokenizer.json");
        BpeVocabulary trained =
                BpeTrainer.train(
                        List.of(TestTokenizers.TEXT).iterator(), 300, BpeTrainer.Listener.SILENT);
        List<String> pieces = new ArrayList<>(trained.pieces().subList(0, 299));
        Map<String, Integer> vocabulary = new java.util.LinkedHashMap<>();
        pieces.forEach(piece -> vocabulary.put(piece, vocabulary.size()));
        List<Map<String, Object>> added = new ArrayList<>();
        ordinary.forEach(
                token -> added.add(TestTokenizers.added(299 + added.size(), token, false)));
        special.forEach(token -> added.add(TestTokenizers.added(299 + added.size(), token, true)));
        Map<String, Object> byteLevel =
                Map.of("type", "ByteLevel", "add_prefix_space", false, "trim_offsets", true);
        Json.write(
                file,
                Map.of(
                        "version",
                        "1.0",
                        "added_tokens",
                        added,
                        "pre_tokenizer",
                        byteLevel,
                        "decoder",
                        byteLevel,
                        "model",
                        Map.of("type", "BPE", "vocab", vocabulary, "merges", trained.merges())));
        return file;
    }
}
