package org.limelm.annotate.align;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.limelm.annotate.annotator.IncrementalAnnotator;
import org.limelm.annotate.annotator.PrefixAnnotator;
import org.limelm.annotate.subword.SubwordTokenizer;
import org.limelm.annotate.subword.TestTokenizers;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.text.LinguisticToken;
import org.limelm.core.text.TaggedPieces;

class PieceTaggerTest {
    private static final SubwordTokenizer TOKENIZER = TestTokenizers.byteLevel();

    private final Aligner aligner = new Aligner(TOKENIZER.newEncoder());

    @Provide
    Arbitrary<String> anyUnicode() {
        return TestTokenizers.anyUnicode();
    }

    @Test
    void inModeFullAllPiecesOfAWordShareItsTags() {
        String text = "agreement the.";
        List<LinguisticToken> tokens = new FakeAnnotator().annotate(text);
        AlignedPieces pieces = aligner.withinWords(text, tokens);

        TaggedPieces tagged =
                PieceTagger.full(new FakeAnnotator(), 2)
                        .tag(text, tokens, pieces, OptionalInt.of(399));

        for (int i = 0; i < pieces.size(); i++) {
            int[] tags = tokens.get(pieces.tokenIndex()[i]).tagIds();
            assertThat(tagged.tags().get(0)[i]).isEqualTo(tags[0]);
            assertThat(tagged.tags().get(1)[i]).isEqualTo(tags[1]);
        }
    }

    @Test
    void theEndOfTextHasNoBytesAndNoTags() {
        TaggedPieces tagged =
                PieceTagger.full(new FakeAnnotator(), 2)
                        .tag("", List.of(), aligner.withinWords("", List.of()), OptionalInt.of(7));

        assertThat(tagged.tokens()).containsExactly(7);
        assertThat(tagged.byteLengths()).containsExactly(0);
        assertThat(tagged.tags()).allSatisfy(column -> assertThat(column).containsExactly(0));
    }

    @Test
    void inModePrefixAPieceIsTaggedByTheWordSoFar() {
        PrefixAnnotator prefix = new PrefixAnnotator(new FakeAnnotator(), 2);

        assertThat(push(prefix, "agr")).containsExactly(3, 1);
        assertThat(push(prefix, "ee")).containsExactly(5, 1);
        assertThat(push(prefix, " ")).containsExactly(0, 0);
        assertThat(push(prefix, "")).containsExactly(0, 0);
        assertThat(push(prefix, " on the")).containsExactly(3, 1);
        assertThat(push(prefix, ".\n")).containsExactly(1, 1);
    }

    @Test
    void inModePrefixTheTaggerSeesTextOnlySinceTheLastEmptyLine() {
        FakeAnnotator fake = new FakeAnnotator();
        PrefixAnnotator prefix = new PrefixAnnotator(fake, 2);
        push(prefix, "one two\n");
        push(prefix, "three");
        assertThat(fake.longestText).isEqualTo("one two\nthree".length());

        assertThat(push(prefix, ".\r\n\r\n")).containsExactly(1, 1);
        fake.longestText = 0;
        assertThat(push(prefix, "\u00A0\n")).containsExactly(0, 0);
        push(prefix, " four");

        assertThat(fake.longestText).isEqualTo("four".length());
    }

    @Test
    void inModePrefixAPieceInsideACharacterIsTaggedByThePrecedingWord() {
        PrefixAnnotator prefix = new PrefixAnnotator(new FakeAnnotator(), 2);
        byte[] e = "é".getBytes(StandardCharsets.UTF_8);

        assertThat(push(prefix, "caf")).containsExactly(3, 1);
        assertThat(prefix.push(new byte[] {e[0]})).containsExactly(3, 1);
        assertThat(prefix.push(new byte[] {e[1]})).containsExactly(4, 1);
        assertThat(prefix.push(new byte[] {' ', e[0]})).containsExactly(0, 0);
        assertThat(prefix.push(new byte[] {e[1]})).containsExactly(1, 1);
    }

    @Test
    void inModePrefixTheTaggerSeesABoundedText() {
        FakeAnnotator fake = new FakeAnnotator();
        PrefixAnnotator prefix = new PrefixAnnotator(fake, 2);
        for (int i = 0; i < 1500; i++) {
            assertThat(push(prefix, i % 9 == 0 ? ". word" : " word")).containsExactly(4, 1);
        }
        assertThat(push(prefix, "🙂".repeat(3000))).hasSize(2);
        assertThat(fake.longestText).isBetween(1500, 2000);
    }

    @Property(tries = 200)
    void truncationChangesNoEarlierTag(@ForAll("anyUnicode") String text) {
        List<LinguisticToken> tokens = new FakeAnnotator().annotate(text);
        AlignedPieces pieces = aligner.withinWords(text, tokens);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (PieceTagger tagger : incremental()) {
            TaggedPieces all = tagger.tag(text, tokens, pieces, OptionalInt.empty());
            for (int n = 0; n <= pieces.size(); n++) {
                AlignedPieces head = head(pieces, n);
                int length = Arrays.stream(head.byteLengths()).sum();
                String cut = new String(bytes, 0, length, StandardCharsets.UTF_8);
                if (cut.getBytes(StandardCharsets.UTF_8).length != length
                        || cut.contains("\uFFFD")) {
                    continue; // the pieces end inside a character, so they are not a text
                }
                TaggedPieces part = tagger.tag(cut, List.of(), head, OptionalInt.empty());
                for (int f = 0; f < part.tags().size(); f++) {
                    assertThat(part.tags().get(f)).isEqualTo(Arrays.copyOf(all.tags().get(f), n));
                }
            }
        }
    }

    @Property(tries = 100)
    void aForkContinuesAsIfItHadSeenEverything(@ForAll("anyUnicode") String text) {
        PrefixAnnotator annotator = new PrefixAnnotator(new FakeAnnotator(), 2);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (byte b : bytes) {
            PrefixAnnotator fork = annotator.fork();
            int[] forked = fork.push(new byte[] {b});
            push(fork, "other text");
            assertThat(annotator.push(new byte[] {b})).isEqualTo(forked);
        }
    }

    private static List<PieceTagger> incremental() {
        List<PieceTagger> taggers = new ArrayList<>();
        taggers.add(
                PieceTagger.incremental(
                        AnnotationMode.PREFIX, new PrefixAnnotator(new FakeAnnotator(), 2), 2));
        taggers.add(PieceTagger.incremental(AnnotationMode.CAUSAL, new Counter(0), 1));
        assertThat(taggers)
                .extracting(PieceTagger::mode)
                .containsExactly(AnnotationMode.PREFIX, AnnotationMode.CAUSAL);
        return taggers;
    }

    private static AlignedPieces head(AlignedPieces pieces, int n) {
        return new AlignedPieces(
                Arrays.copyOf(pieces.ids(), n),
                Arrays.copyOf(pieces.byteLengths(), n),
                Arrays.copyOf(pieces.tokenIndex(), n));
    }

    private static int[] push(IncrementalAnnotator annotator, String piece) {
        return annotator.push(piece.getBytes(StandardCharsets.UTF_8));
    }

    /** Tags each piece with the number of bytes so far. */
    private static final class Counter implements IncrementalAnnotator {
        private int bytes;

        Counter(int bytes) {
            this.bytes = bytes;
        }

        @Override
        public void reset() {
            bytes = 0;
        }

        @Override
        public int[] push(byte[] piece) {
            bytes += piece.length;
            return new int[] {bytes};
        }

        @Override
        public IncrementalAnnotator fork() {
            return new Counter(bytes);
        }
    }
}
