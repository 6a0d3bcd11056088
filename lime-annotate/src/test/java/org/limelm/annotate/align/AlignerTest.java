package org.limelm.annotate.align;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.limelm.annotate.subword.SubwordTokenizer;
import org.limelm.annotate.subword.TestTokenizers;
import org.limelm.core.text.Alignment;
import org.limelm.core.text.LinguisticToken;

class AlignerTest {
    private static final SubwordTokenizer TOKENIZER = TestTokenizers.byteLevel();
    private static final SubwordTokenizer SPACED = TestTokenizers.byteFallback();

    private final Aligner aligner = new Aligner(TOKENIZER.newEncoder());

    @Provide
    Arbitrary<String> anyUnicode() {
        return TestTokenizers.anyUnicode();
    }

    @Property(tries = 500)
    void piecesReproduceTheTextsBytes(@ForAll("anyUnicode") String text) {
        List<LinguisticToken> tokens = new FakeAnnotator().annotate(text);
        for (SubwordTokenizer tokenizer : List.of(TOKENIZER, SPACED)) {
            for (Alignment alignment : Alignment.values()) {
                AlignedPieces pieces =
                        new Aligner(tokenizer.newEncoder()).align(alignment, text, tokens);

                assertThat(bytes(tokenizer, pieces))
                        .isEqualTo(text.getBytes(StandardCharsets.UTF_8));
                assertThat(pieces.byteLengths()).doesNotContain(0);
            }
        }
    }

    @Property(tries = 500)
    void noPieceCrossesALinguisticBoundary(@ForAll("anyUnicode") String text) {
        List<LinguisticToken> tokens = new FakeAnnotator().annotate(text);

        AlignedPieces pieces = aligner.withinWords(text, tokens);

        int[] owners = owners(text, tokens);
        int at = 0;
        for (int i = 0; i < pieces.size(); i++) {
            for (int end = at + pieces.byteLengths()[i]; at < end; at++) {
                assertThat(owners[at]).isEqualTo(pieces.tokenIndex()[i]);
            }
        }
    }

    @Test
    void aSpaceIsEncodedWithTheNextWordAndOtherWhitespaceSeparately() {
        String text = "the  States\nthe";

        AlignedPieces pieces = aligner.withinWords(text, new FakeAnnotator().annotate(text));

        StringBuilder seen = new StringBuilder();
        for (int i = 0; i < pieces.size(); i++) {
            boolean joined = i > 0 && pieces.tokenIndex()[i] == pieces.tokenIndex()[i - 1];
            seen.append(joined ? "" : "|" + pieces.tokenIndex()[i] + ":")
                    .append(TOKENIZER.decode(new int[] {pieces.ids()[i]}));
        }
        assertThat(seen.toString()).isEqualTo("|0:the|-1: |1: States|-1:\n|2:the");
    }

    @Test
    void aPieceAcrossTwoTokensBelongsToTheOneWithTheLargestOverlap() {
        String text = " the";
        int[] none = {};
        List<LinguisticToken> uneven =
                List.of(new LinguisticToken(1, 2, none), new LinguisticToken(2, 4, none));
        List<LinguisticToken> even =
                List.of(new LinguisticToken(1, 2, none), new LinguisticToken(2, 3, none));
        Aligner spaced = new Aligner(SPACED.newEncoder());

        assertThat(spaced.byOffsets(text, uneven).tokenIndex()).containsExactly(1);
        assertThat(spaced.byOffsets(text, even).tokenIndex()).containsExactly(0);
        assertThat(spaced.byOffsets(text, List.of()).tokenIndex()).containsExactly(-1);
    }

    @Test
    void splittingALongTextIntoChunksChangesNoPiece() {
        String text = TestTokenizers.words(20_000, 11);

        int[] chunked = aligner.byOffsets(text, List.of()).ids();

        assertThat(text.length()).isGreaterThan(3 << 14);
        assertThat(chunked).isEqualTo(TOKENIZER.newEncoder().encode(text));
    }

    @Test
    void aLongTextWithoutSpacesKeepsItsBytes() {
        String text = "🙂".repeat(50_001) + " ".repeat(50_001);
        for (Alignment alignment : Alignment.values()) {
            AlignedPieces pieces = aligner.align(alignment, text, List.of());

            assertThat(bytes(TOKENIZER, pieces)).isEqualTo(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void tokensThatOverlapOrSplitACharacterAreRejected() {
        int[] none = {};
        List<LinguisticToken> overlap =
                List.of(new LinguisticToken(0, 2, none), new LinguisticToken(1, 3, none));
        List<LinguisticToken> split = List.of(new LinguisticToken(0, 1, none));

        assertThatThrownBy(() -> aligner.withinWords("abc", overlap))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> aligner.byOffsets("🙂", split))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static byte[] bytes(SubwordTokenizer tokenizer, AlignedPieces pieces) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Arrays.stream(pieces.ids()).forEach(id -> bytes.writeBytes(tokenizer.pieceBytes(id)));
        assertThat(Arrays.stream(pieces.byteLengths()).sum()).isEqualTo(bytes.size());
        return bytes.toByteArray();
    }

    /** Returns the token of every byte; the space before a token belongs to it. */
    private static int[] owners(String text, List<LinguisticToken> tokens) {
        int[] owners = new int[text.getBytes(StandardCharsets.UTF_8).length];
        Arrays.fill(owners, AlignedPieces.NO_TOKEN);
        for (int t = 0; t < tokens.size(); t++) {
            int start = tokens.get(t).start();
            boolean spaced = start > 0 && text.charAt(start - 1) == ' ';
            int from = utf8(text, spaced ? start - 1 : start);
            Arrays.fill(owners, from, utf8(text, tokens.get(t).end()), t);
        }
        return owners;
    }

    private static int utf8(String text, int end) {
        return text.substring(0, end).getBytes(StandardCharsets.UTF_8).length;
    }
}
