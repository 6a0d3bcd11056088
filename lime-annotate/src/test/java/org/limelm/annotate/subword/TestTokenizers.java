package org.limelm.annotate.subword;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import org.limelm.core.io.Json;

/** Small tokenizers and difficult texts for tests. */
public final class TestTokenizers {
    /** Repetitive text, for a small vocabulary. */
    public static final String TEXT =
            """
            The Congress of the United States shall make no law respecting an establishment of \
            religion. I've told the States' members that they don't agree on 1,234 of the 5,678 \
            measures, and that the union of the states is united. Naïve cafés serve 東京 tea 🙂.
            """;

    private TestTokenizers() {}

    /** Returns a byte-level BPE tokenizer of 380 ids, trained on {@link #TEXT}. */
    public static SubwordTokenizer byteLevel() {
        BpeVocabulary vocabulary =
                BpeTrainer.train(List.of(TEXT).iterator(), 380, BpeTrainer.Listener.SILENT);
        return write(vocabulary::write);
    }

    /** Returns a tokenizer with the components of Gemma's: U+2581 for spaces, byte fallback. */
    public static SubwordTokenizer byteFallback() {
        return write(file -> Json.write(file, sentencePiece(true, false)));
    }

    /** Returns the JSON of a SentencePiece-like tokenizer. */
    static Map<String, Object> sentencePiece(boolean byteFallback, boolean prepend) {
        Map<String, Integer> vocabulary = new LinkedHashMap<>();
        List<String> pieces = new ArrayList<>(List.of("<pad>", "<eos>", "<unk>"));
        if (byteFallback) {
            for (int b = 0; b < 256; b++) {
                pieces.add("<0x%02X>".formatted(b));
            }
        }
        "\u2581ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.,x"
                .chars()
                .mapToObj(Character::toString)
                .forEach(pieces::add);
        pieces.addAll(List.of("th", "the", "\u2581the", "St", "\u2581St", "\u2581\u2581"));
        pieces.forEach(piece -> vocabulary.putIfAbsent(piece, vocabulary.size()));
        List<Map<String, Object>> added = new ArrayList<>();
        for (String special : List.of("<pad>", "<eos>", "<unk>")) {
            added.add(added(vocabulary.getOrDefault(special, -1), special, true));
        }
        added.add(added(vocabulary.size(), "\n\n", false));

        Map<String, Object> model = new LinkedHashMap<>();
        model.put("type", "BPE");
        model.put("unk_token", "<unk>");
        model.put("fuse_unk", true);
        model.put("byte_fallback", byteFallback);
        model.put("vocab", vocabulary);
        model.put(
                "merges",
                List.of("t h", "th e", "\u2581 the", "S t", "\u2581 St", "\u2581 \u2581"));
        Map<String, Object> replace =
                Map.of("type", "Replace", "pattern", Map.of("String", " "), "content", "\u2581");
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("version", "1.0");
        root.put("added_tokens", added);
        root.put(
                "normalizer",
                prepend
                        ? Map.of(
                                "type",
                                "Sequence",
                                "normalizers",
                                List.of(Map.of("type", "Prepend", "prepend", "\u2581"), replace))
                        : replace);
        root.put(
                "decoder",
                Map.of(
                        "type",
                        "Sequence",
                        "decoders",
                        List.of(
                                Map.of(
                                        "type",
                                        "Replace",
                                        "pattern",
                                        Map.of("String", "\u2581"),
                                        "content",
                                        " "),
                                Map.of("type", "ByteFallback"),
                                Map.of("type", "Fuse"))));
        root.put("model", model);
        return root;
    }

    /** Returns an entry of {@code added_tokens}. */
    static Map<String, Object> added(int id, String content, boolean special) {
        Map<String, Object> token = new LinkedHashMap<>();
        token.put("id", id);
        token.put("content", content);
        for (String flag : List.of("single_word", "lstrip", "rstrip", "normalized")) {
            token.put(flag, false);
        }
        token.put("special", special);
        return token;
    }

    /** Returns texts of any valid Unicode, in which difficult characters are more frequent. */
    public static Arbitrary<String> anyUnicode() {
        Arbitrary<String> difficult =
                Arbitraries.of(
                        " ",
                        "  ",
                        "\n",
                        "\r\n",
                        "\t",
                        "\u0000",
                        "\u00A0",
                        "\u2028",
                        "\u3000",
                        "\u2581",
                        "\u2581\u2581",
                        "<|endoftext|>",
                        "<eos>",
                        "<unk>",
                        "<0x41>",
                        "\n\n",
                        "👩‍👩‍👧",
                        "🇩🇪",
                        "e\u0301",
                        "\uFEFF",
                        "\u200F",
                        "שלום",
                        "العربية",
                        "東京",
                        "don't",
                        "States",
                        " the",
                        "Ġ",
                        "\u212B",
                        "\u0085");
        Arbitrary<String> character =
                Arbitraries.integers()
                        .between(0, Character.MAX_CODE_POINT)
                        .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
                        .map(Character::toString);
        Arbitrary<String> ascii = Arbitraries.strings().ascii().ofMaxLength(5);
        return Arbitraries.oneOf(difficult, character, ascii)
                .list()
                .ofMaxSize(20)
                .map(parts -> String.join("", parts));
    }

    /** Writes a tokenizer into a temporary file and loads it. */
    static SubwordTokenizer write(java.util.function.Consumer<Path> writer) {
        try {
            Path file = Files.createTempFile("tokenizer", ".json");
            try {
                writer.accept(file);
                return SubwordTokenizer.load(file);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns a text of pseudo-words. */
    public static String words(int count, long seed) {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(i == 0 ? "" : " ");
            for (int n = 1 + random.nextInt(8); n > 0; n--) {
                text.append((char) ('a' + Math.min(25, (int) Math.abs(random.nextGaussian() * 8))));
            }
        }
        return text.toString();
    }
}
