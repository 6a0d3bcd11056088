package org.limelm.train.inspect;

import static java.util.Collections.nCopies;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.limelm.annotate.align.AlignedPieces;
import org.limelm.annotate.align.PieceTagger;
import org.limelm.annotate.models.Annotators;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.core.text.LinguisticToken;

/**
 * A text with its words, its subword pieces and their tags in both annotation modes.
 *
 * @param features names of the features
 * @param words the linguistic tokens
 * @param pieces the subword pieces, whose bytes are those of the text
 */
public record TaggedText(List<String> features, List<Word> words, List<Piece> pieces) {
    /** Shown instead of the tags of a mode in which a feature does not exist. */
    public static final String MISSING = "–";

    /** Copies the lists. */
    public TaggedText {
        features = List.copyOf(features);
        words = List.copyOf(words);
        pieces = List.copyOf(pieces);
    }

    /**
     * A linguistic token.
     *
     * @param text its text
     * @param start index of its first UTF-16 code unit
     * @param end index after its last UTF-16 code unit
     * @param full tags computed from the whole sentence, one per feature
     */
    public record Word(String text, int start, int end, List<String> full) {}

    /**
     * A subword piece.
     *
     * @param id its id
     * @param text its text; bytes that are not whole characters are U+FFFD
     * @param word index of its word, or {@link AlignedPieces#NO_TOKEN}
     * @param full tags computed from the whole sentence, one per feature
     * @param causal tags computed from the text so far, one per feature
     */
    public record Piece(int id, String text, int word, List<String> full, List<String> causal) {}

    /**
     * Tags a text in both modes. The tags of a mode in which a feature does not exist are {@value
     * #MISSING}.
     *
     * @param words its linguistic tokens
     * @param pieces its pieces
     */
    public static TaggedText of(
            String text, List<LinguisticToken> words, AlignedPieces pieces, Annotators annotators) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int covered = Arrays.stream(pieces.byteLengths()).sum(); // all but whitespace at the end
        String tagged = new String(bytes, 0, covered, StandardCharsets.UTF_8);
        List<List<String>> full = tags(AnnotationMode.FULL, annotators, tagged, words, pieces);
        List<List<String>> causal = tags(AnnotationMode.CAUSAL, annotators, tagged, words, pieces);
        List<Piece> named = new ArrayList<>();
        List<Word> namedWords = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < pieces.size(); i++) {
            int length = pieces.byteLengths()[i];
            int word = pieces.tokenIndex()[i];
            while (namedWords.size() <= word) { // its first piece, which may cover several words
                LinguisticToken token = words.get(namedWords.size());
                String written = text.substring(token.start(), token.end());
                namedWords.add(new Word(written, token.start(), token.end(), full.get(i)));
            }
            String piece = new String(bytes, start, length, StandardCharsets.UTF_8);
            named.add(new Piece(pieces.ids()[i], piece, word, full.get(i), causal.get(i)));
            start += length;
        }
        return new TaggedText(annotators.schema().names(), namedWords, named);
    }

    /** Returns the tags of each piece, one per feature. */
    private static List<List<String>> tags(
            AnnotationMode mode,
            Annotators annotators,
            String text,
            List<LinguisticToken> words,
            AlignedPieces pieces) {
        MetadataSchema schema = annotators.schema();
        if (!annotators.missing(mode).isEmpty()) {
            return nCopies(pieces.size(), nCopies(schema.size(), MISSING));
        }
        PieceTagger tagger =
                mode == AnnotationMode.FULL
                        ? PieceTagger.full(annotators.newLinguisticAnnotator(), schema.size())
                        : PieceTagger.incremental(
                                mode, annotators.newIncrementalAnnotator(mode), schema.size());
        List<int[]> columns = tagger.tag(text, words, pieces, OptionalInt.empty()).tags();
        List<List<String>> tags = new ArrayList<>();
        for (int i = 0; i < pieces.size(); i++) {
            List<String> names = new ArrayList<>();
            for (int f = 0; f < columns.size(); f++) {
                names.add(schema.features().get(f).tag(columns.get(f)[i]));
            }
            tags.add(names);
        }
        return tags;
    }
}
