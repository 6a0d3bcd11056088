package org.limelm.annotate.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.limelm.annotate.align.AlignedPieces;
import org.limelm.annotate.align.Aligner;
import org.limelm.annotate.annotator.AnnotatorOptions;
import org.limelm.annotate.annotator.LinguisticAnnotator;
import org.limelm.annotate.models.Annotators;
import org.limelm.annotate.subword.SubwordTokenizer;
import org.limelm.annotate.subword.TestTokenizers;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.text.Alignment;
import org.limelm.core.text.LinguisticToken;
import org.limelm.core.text.TaggedPieces;

class DocumentAnnotatorTest {
    private static final Annotators ANNOTATORS = Annotators.bundled(AnnotatorOptions.defaults());
    private static final SubwordTokenizer TOKENIZER = TestTokenizers.byteLevel();
    private static final SubwordTokenizer SPACED = TestTokenizers.byteFallback();
    private static final LinguisticAnnotator FULL_TAGGER = ANNOTATORS.newLinguisticAnnotator();
    private static final DocumentAnnotator CAUSAL = annotator(AnnotationMode.CAUSAL);

    private static DocumentAnnotator annotator(AnnotationMode mode) {
        return new DocumentAnnotator(ANNOTATORS, TOKENIZER, mode, Alignment.LINGUISTIC);
    }

    private static DocumentAnnotator[] allKinds() {
        List<DocumentAnnotator> annotators = new ArrayList<>();
        for (SubwordTokenizer tokenizer : List.of(TOKENIZER, SPACED)) {
            for (Alignment alignment : Alignment.values()) {
                for (AnnotationMode mode : List.of(AnnotationMode.FULL, AnnotationMode.CAUSAL)) {
                    annotators.add(new DocumentAnnotator(ANNOTATORS, tokenizer, mode, alignment));
                }
            }
        }
        return annotators.toArray(DocumentAnnotator[]::new);
    }

    private static final DocumentAnnotator[] ALL_KINDS = allKinds();

    /** Sentences mixed with difficult characters. */
    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.oneOf(
                        TestTokenizers.anyUnicode(),
                        Arbitraries.of(PipelineFixture.SENTENCES),
                        Arbitraries.of(" ", "\n\n", "Dr. ", "U.S.", "$1,234.50", "N'T", "\"")
                                .list()
                                .ofMaxSize(6)
                                .map(parts -> String.join("", parts)))
                .list()
                .ofMaxSize(4)
                .map(parts -> String.join("", parts));
    }

    @Property(tries = 150)
    void piecesCoverExactlyTheTextsBytes(@ForAll("texts") String text) {
        byte[] expected = text.getBytes(StandardCharsets.UTF_8);
        for (int k = 0; k < ALL_KINDS.length; k++) {
            SubwordTokenizer tokenizer = k < ALL_KINDS.length / 2 ? TOKENIZER : SPACED;
            TaggedPieces pieces = ALL_KINDS[k].annotate(text).pieces();
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            for (int i = 0; i < pieces.size(); i++) {
                byte[] piece = tokenizer.pieceBytes(pieces.tokens()[i]);
                assertThat(pieces.byteLengths()[i]).isEqualTo(piece.length);
                bytes.writeBytes(piece);
            }
            assertThat(bytes.toByteArray()).isEqualTo(expected);
            int last = pieces.size() - 1;
            assertThat(pieces.tokens()[last]).isEqualTo(tokenizer.endOfTextId());
            assertThat(pieces.tags()).allSatisfy(tags -> assertThat(tags[last]).isZero());
        }
    }

    @Property(tries = 150)
    void noPieceCrossesALinguisticTokenBoundary(@ForAll("texts") String text) {
        List<LinguisticToken> tokens = FULL_TAGGER.annotate(text);
        boolean[] boundary = new boolean[text.getBytes(StandardCharsets.UTF_8).length + 1];
        for (LinguisticToken token : tokens) {
            boundary[utf8(text, token.end())] = true;
            boolean spaced = token.start() > 0 && text.charAt(token.start() - 1) == ' ';
            boundary[utf8(text, spaced ? token.start() - 1 : token.start())] = true;
        }
        int at = 0;
        for (int length : CAUSAL.annotate(text).pieces().byteLengths()) {
            for (int inside = at + 1; inside < at + length; inside++) {
                assertThat(boundary[inside]).as("byte %d of '%s'", inside, text).isFalse();
            }
            at += length;
        }
    }

    private static int utf8(String text, int end) {
        return text.substring(0, end).getBytes(StandardCharsets.UTF_8).length;
    }

    @Property(tries = 150)
    void inModeFullAllPiecesOfATokenHaveItsTags(@ForAll("texts") String text) {
        List<LinguisticToken> tokens = FULL_TAGGER.annotate(text);
        AlignedPieces aligned = new Aligner(TOKENIZER.newEncoder()).withinWords(text, tokens);
        TaggedPieces pieces = annotator(AnnotationMode.FULL).annotate(text).pieces();
        for (int i = 0; i < aligned.size(); i++) {
            int owner = aligned.tokenIndex()[i];
            for (int f = 0; f < pieces.tags().size(); f++) {
                assertThat(pieces.tags().get(f)[i])
                        .isEqualTo(owner < 0 ? 0 : tokens.get(owner).tagIds()[f]);
            }
        }
    }

    /** The causal property: tags of pieces 0..i depend only on pieces 0..i. */
    @Property(tries = 150)
    void whatFollowsAPieceNeverChangesItsCausalTag(
            @ForAll("texts") String text,
            @ForAll("texts") String other,
            @ForAll @IntRange(max = 1000) int where) {
        TaggedPieces whole = CAUSAL.annotate(text).pieces();
        int kept = where % whole.size(); // excludes the end of text
        int[] ids = Arrays.copyOf(whole.tokens(), kept);
        int[] rest = TOKENIZER.newEncoder().encode(other);
        int[] changed = Arrays.copyOf(ids, kept + rest.length);
        System.arraycopy(rest, 0, changed, kept, rest.length);

        for (int[] pieces : List.of(ids, changed)) {
            List<int[]> tags = tagCausally(pieces);
            for (int f = 0; f < tags.size(); f++) {
                assertThat(Arrays.copyOf(tags.get(f), kept))
                        .isEqualTo(Arrays.copyOf(whole.tags().get(f), kept));
            }
        }
    }

    /** Pushes pieces one by one, as in generation; they may end inside a character. */
    private static List<int[]> tagCausally(int[] pieces) {
        var annotator = ANNOTATORS.newCausalAnnotator();
        List<int[]> columns = List.of(new int[pieces.length], new int[pieces.length]);
        for (int i = 0; i < pieces.length; i++) {
            int[] tags = annotator.push(TOKENIZER.pieceBytes(pieces[i]));
            columns.get(0)[i] = tags[0];
            columns.get(1)[i] = tags[1];
        }
        return columns;
    }

    @Property(tries = 100)
    void tagsDoNotDependOnPreviousDocuments(
            @ForAll("texts") String before, @ForAll("texts") String text) {
        for (DocumentAnnotator used : ALL_KINDS) {
            TaggedPieces first = used.annotate(text).pieces();
            used.annotate(before);
            TaggedPieces second = used.annotate(text).pieces();
            assertThat(second.tokens()).isEqualTo(first.tokens());
            for (int f = 0; f < first.tags().size(); f++) {
                assertThat(second.tags().get(f)).isEqualTo(first.tags().get(f));
            }
        }
    }

    @Test
    @Timeout(value = 1, unit = TimeUnit.MINUTES)
    void aLongNumberListIsAnnotatedLikeAnyText() {
        String text = "Total: " + "1,".repeat(15_000) + "2";
        for (DocumentAnnotator annotator : ALL_KINDS) {
            assertThat(Arrays.stream(annotator.annotate(text).pieces().byteLengths()).sum())
                    .isEqualTo(text.length());
        }
    }

    /** Tables, verse and lists have no periods. */
    @Test
    void wordsWithoutSentenceEndsTakeAboutAsLongAsSentences() {
        String part = "a ".repeat(500);
        String apart = (part + "\n\n").repeat(20);
        String together = part.repeat(20);
        assertThat(bestNanos(together)).isLessThan(3 * bestNanos(apart));
    }

    private static long bestNanos(String text) {
        long best = Long.MAX_VALUE;
        for (int run = 0; run < 4; run++) {
            long start = System.nanoTime();
            assertThat(FULL_TAGGER.annotate(text)).hasSize(10_000);
            best = Math.min(best, System.nanoTime() - start);
        }
        return best;
    }
}
