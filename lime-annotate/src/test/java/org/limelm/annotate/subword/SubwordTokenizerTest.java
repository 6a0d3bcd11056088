package org.limelm.annotate.subword;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.annotate.internal.cache.WordCache;
import org.limelm.core.LimeException;
import org.limelm.core.io.Json;
import org.limelm.core.text.Utf8Stream;

class SubwordTokenizerTest {
    private static final SubwordTokenizer BYTE_LEVEL = TestTokenizers.byteLevel();
    private static final SubwordTokenizer BYTE_FALLBACK = TestTokenizers.byteFallback();

    @Provide
    Arbitrary<String> anyUnicode() {
        return TestTokenizers.anyUnicode();
    }

    @Property(tries = 1000)
    void idsRepresentExactlyTheTextsBytes(@ForAll("anyUnicode") String text) {
        for (SubwordTokenizer tokenizer : List.of(BYTE_LEVEL, BYTE_FALLBACK)) {
            int[] ids = tokenizer.newEncoder().encode(text);

            assertThat(bytes(tokenizer, ids)).isEqualTo(text.getBytes(StandardCharsets.UTF_8));
            assertThat(tokenizer.decode(ids)).isEqualTo(text);
            assertThat(ids).doesNotContain(tokenizer.endOfTextId());
        }
    }

    @Property(tries = 300)
    void theCacheChangesNothing(@ForAll("anyUnicode") String text) {
        SubwordEncoder encoder = BYTE_LEVEL.newEncoder();

        int[] anew = encoder.encode(text);

        assertThat(encoder.encode(text)).isEqualTo(anew);
        assertThat(BYTE_LEVEL.newEncoder().encode(text)).isEqualTo(anew);
    }

    @Test
    void longTextIsNeitherTruncatedNorPadded() {
        String text = TestTokenizers.words(3000, 1);

        int[] ids = BYTE_LEVEL.newEncoder().encode(text);

        assertThat(ids).hasSizeGreaterThan(3000);
        assertThat(BYTE_LEVEL.decode(ids)).isEqualTo(text);
    }

    @Test
    void aSpaceBelongsToThePieceOfItsWord() {
        int[] ids = BYTE_FALLBACK.newEncoder().encode(" the");

        assertThat(ids).hasSize(1);
        assertThat(BYTE_FALLBACK.pieceBytes(ids[0]))
                .isEqualTo(" the".getBytes(StandardCharsets.UTF_8));
        assertThat(BYTE_FALLBACK.pieceLength(ids[0])).isEqualTo(4);
    }

    @Test
    void specialTokensHaveNoBytesAndAddedTokensHaveTheirs() {
        assertThat(BYTE_FALLBACK.pieceBytes(BYTE_FALLBACK.endOfTextId())).isEmpty();
        assertThat(BYTE_FALLBACK.pieceBytes(BYTE_FALLBACK.vocabularySize() - 1))
                .isEqualTo(new byte[] {'\n', '\n'});
    }

    @Test
    void noSpaceIsPrepended(@TempDir Path folder) {
        Path file = folder.resolve("tokenizer.json");
        Json.write(file, TestTokenizers.sentencePiece(true, true));
        try (SubwordTokenizer tokenizer = SubwordTokenizer.load(file)) {
            assertThat(tokenizer.decode(tokenizer.newEncoder().encode("the"))).isEqualTo("the");
        }
    }

    @Test
    void aComposingNormalizerLosesNoBytesAndAffectsNoOtherWord(@TempDir Path folder) {
        Path file = folder.resolve("tokenizer.json");
        Map<String, Object> json = TestTokenizers.sentencePiece(true, false);
        json.put(
                "normalizer",
                Map.of(
                        "type",
                        "Sequence",
                        "normalizers",
                        List.of(Map.of("type", "NFC"), json.getOrDefault("normalizer", ""))));
        Json.write(file, json);
        String text = " the".repeat(100) + " cafe\u0301 \u212B" + " the".repeat(100);
        try (SubwordTokenizer tokenizer = SubwordTokenizer.load(file)) {
            int[] ids = tokenizer.newEncoder().encode(text);

            assertThat(tokenizer.decode(ids)).isEqualTo(text);
            assertThat(ids).hasSizeLessThan(200 + 20);
        }
    }

    @Test
    void aCharacterOutsideTheVocabularyIsNamedInTheError(@TempDir Path folder) {
        Path file = folder.resolve("tokenizer.json");
        Json.write(file, TestTokenizers.sentencePiece(false, false));
        try (SubwordTokenizer tokenizer = SubwordTokenizer.load(file)) {
            assertThatThrownBy(() -> tokenizer.newEncoder().encode(" the東"))
                    .isInstanceOf(LimeException.class)
                    .hasMessageContaining(file.toString())
                    .hasMessageContaining("' the東'")
                    .hasMessageContaining("Hint");
        }
    }

    @Test
    void aLowerCasingTokenizerIsRejectedWhenLoaded(@TempDir Path folder) {
        Path file = folder.resolve("tokenizer.json");
        Map<String, Object> json = TestTokenizers.sentencePiece(true, false);
        json.put("normalizer", Map.of("type", "Lowercase"));
        Json.write(file, json);

        assertThatThrownBy(() -> SubwordTokenizer.load(file))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("Abc");
    }

    @Test
    void otherFilesAreRejectedWhenLoaded(@TempDir Path folder) {
        Path file = folder.resolve("vocab.json");
        Json.write(file, Map.of("a", 1));

        assertThatThrownBy(() -> SubwordTokenizer.load(file))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("model.vocab");
    }

    @Test
    void aLoneSurrogateIsRejected() {
        assertThatThrownBy(() -> BYTE_LEVEL.newEncoder().encode("a\uD83D"))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("U+D83D");
    }

    @Test
    void theCacheIsBoundedAndKeepsEntriesInUse() {
        WordCache<int[]> cache = new WordCache<>(100);
        cache.put("often", new int[] {7});
        for (int i = 0; i < 10_000; i++) {
            cache.put("rare" + i, new int[] {i});
            assertThat(cache.get("often")).containsExactly(7);
            assertThat(cache.size()).isLessThanOrEqualTo(100);
        }
        assertThat(cache.get("rare1")).isNull();
    }

    @Property(tries = 300)
    void aStreamReturnsOnlyCompleteCharacters(@ForAll("anyUnicode") String text) {
        Utf8Stream stream = new Utf8Stream();
        StringBuilder seen = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            seen.append(stream.fork().push(new byte[] {b}));
            stream.push(new byte[] {b});
            assertThat(text).startsWith(seen);
        }
        assertThat(seen.toString()).isEqualTo(text);
        assertThat(stream.finish()).isEmpty();
    }

    @Test
    void aStreamReplacesInvalidBytes() {
        Utf8Stream stream = new Utf8Stream();

        assertThat(stream.push(new byte[] {(byte) 0xE6})).isEmpty();
        assertThat(stream.push(new byte[] {'a'})).isEqualTo("\uFFFDa");
        assertThat(stream.push(new byte[] {(byte) 0xFF})).isEqualTo("\uFFFD");
        assertThat(stream.push(new byte[] {(byte) 0xE6})).isEmpty();
        assertThat(stream.isInsideCharacter()).isTrue();
        assertThat(stream.finish()).isEqualTo("\uFFFD");
    }

    private static byte[] bytes(SubwordTokenizer tokenizer, int[] ids) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Arrays.stream(ids).forEach(id -> bytes.writeBytes(tokenizer.pieceBytes(id)));
        return bytes.toByteArray();
    }
}
