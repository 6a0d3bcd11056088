package org.limelm.train.inspect;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.limelm.annotate.align.AlignedPieces;
import org.limelm.annotate.annotator.IncrementalAnnotator;
import org.limelm.annotate.models.Annotators;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.core.text.LinguisticToken;

/**
 * A text with its words, its subword pieces and their tags in both annotation modes.
 *
 * @param features names of the features
 * @param words the linguistic tokens
 * @param pieces the subword pieces, whose bytes are those of the text
 */
public record AnnotatedText(List<String> features, List<Word> words, List<Piece> pieces) {
    /** Copies the lists. */
    public AnnotatedText {
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
     * Tags a text in both modes.
     *
     * @param words its linguistic tokens, annotated
     * @param pieces its pieces
     */
    public static AnnotatedText of(
            String text, List<LinguisticToken> words, AlignedPieces pieces, Annotators annotators) {
        MetadataSchema schema = annotators.schema();
        IncrementalAnnotator causal = annotators.newCausalAnnotator();
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        List<Piece> tagged = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < pieces.size(); i++) {
            int end = start + pieces.byteLengths()[i];
            byte[] piece = Arrays.copyOfRange(bytes, start, end);
            start = end;
            int word = pieces.tokenIndex()[i];
            int[] full =
                    word == AlignedPieces.NO_TOKEN
                            ? new int[schema.size()]
                            : words.get(word).tagIds();
            tagged.add(
                    new Piece(
                            pieces.ids()[i],
                            new String(piece, StandardCharsets.UTF_8),
                            word,
                            names(schema, full),
                            names(schema, causal.push(piece))));
        }
        List<Word> named =
                words.stream()
                        .map(
                                word ->
                                        new Word(
                                                text.substring(word.start(), word.end()),
                                                word.start(),
                                                word.end(),
                                                names(schema, word.tagIds())))
                        .toList();
        return new AnnotatedText(schema.names(), named, tagged);
    }

    private static List<String> names(MetadataSchema schema, int[] tags) {
        List<String> names = new ArrayList<>();
        for (int f = 0; f < tags.length; f++) {
            names.add(schema.features().get(f).tag(tags[f]));
        }
        return names;
    }
}
