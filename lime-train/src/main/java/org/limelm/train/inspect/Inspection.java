package org.limelm.train.inspect;

import static java.util.Collections.nCopies;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.limelm.annotate.align.AlignedPieces;
import org.limelm.annotate.align.Aligner;
import org.limelm.annotate.align.PieceTagger;
import org.limelm.annotate.models.Annotators;
import org.limelm.annotate.subword.SubwordTokenizer;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.metadata.Feature;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.core.text.Alignment;
import org.limelm.core.text.LinguisticToken;
import org.limelm.train.internal.table.HtmlTable;

/**
 * A text with its linguistic tokens, pieces and tags.
 *
 * @param features names of the tag columns
 * @param rows one row per piece
 */
public record Inspection(List<String> features, List<Row> rows) {
    /**
     * A row for one piece.
     *
     * @param token the linguistic token it belongs to, only at the token's first piece; else empty
     * @param piece the text of the piece
     * @param full tags computed from the whole sentence, one per feature
     * @param causal tags computed from the text so far, one per feature
     */
    public record Row(String token, String piece, List<String> full, List<String> causal) {}

    /**
     * Annotates a text in both modes. The tags of a mode in which a feature does not exist are –.
     *
     * @param tokenizerJson tokenizer that splits the text; without one, every linguistic token is
     *     one piece
     */
    public static Inspection of(String text, Annotators annotators, Optional<Path> tokenizerJson) {
        List<LinguisticToken> tokens = annotators.newLinguisticAnnotator().annotate(text);
        AlignedPieces pieces =
                tokenizerJson
                        .map(
                                file -> {
                                    try (SubwordTokenizer tokenizer = SubwordTokenizer.load(file)) {
                                        return new Aligner(tokenizer.newEncoder())
                                                .align(Alignment.LINGUISTIC, text, tokens);
                                    }
                                })
                        .orElseGet(() -> wholeTokens(text, tokens));
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int covered = Arrays.stream(pieces.byteLengths()).sum(); // all but whitespace at the end
        String tagged = new String(bytes, 0, covered, StandardCharsets.UTF_8);
        List<List<String>> full = tags(AnnotationMode.FULL, annotators, tagged, tokens, pieces);
        List<List<String>> causal = tags(AnnotationMode.CAUSAL, annotators, tagged, tokens, pieces);
        List<Row> rows = new ArrayList<>();
        int start = 0;
        int previousToken = AlignedPieces.NO_TOKEN;
        for (int i = 0; i < pieces.size(); i++) {
            int length = pieces.byteLengths()[i];
            String piece = new String(bytes, start, length, StandardCharsets.UTF_8);
            start += length;
            int token = pieces.tokenIndex()[i];
            String begun = "";
            if (token != AlignedPieces.NO_TOKEN && token != previousToken) {
                begun = text.substring(tokens.get(token).start(), tokens.get(token).end());
            }
            rows.add(new Row(begun, visible(piece), full.get(i), causal.get(i)));
            previousToken = token;
        }
        return new Inspection(annotators.schema().names(), rows);
    }

    /** Returns the tags of each piece, one per feature, as they are shown. */
    private static List<List<String>> tags(
            AnnotationMode mode,
            Annotators annotators,
            String text,
            List<LinguisticToken> tokens,
            AlignedPieces pieces) {
        MetadataSchema schema = annotators.schema();
        if (!annotators.missing(mode).isEmpty()) {
            return nCopies(pieces.size(), nCopies(schema.size(), "–"));
        }
        PieceTagger tagger =
                mode == AnnotationMode.FULL
                        ? PieceTagger.full(annotators.newLinguisticAnnotator(), schema.size())
                        : PieceTagger.incremental(
                                mode, annotators.newIncrementalAnnotator(mode), schema.size());
        List<int[]> columns = tagger.tag(text, tokens, pieces, OptionalInt.empty()).tags();
        List<List<String>> shown = new ArrayList<>();
        for (int i = 0; i < pieces.size(); i++) {
            List<String> names = new ArrayList<>();
            for (int f = 0; f < columns.size(); f++) {
                int tag = columns.get(f)[i];
                names.add(tag == Feature.NONE_ID ? "·" : schema.features().get(f).tag(tag));
            }
            shown.add(names);
        }
        return shown;
    }

    /** Returns one piece per linguistic token, including the white space before it. */
    private static AlignedPieces wholeTokens(String text, List<LinguisticToken> tokens) {
        int[] lengths = new int[tokens.size()];
        int[] index = new int[tokens.size()];
        int start = 0;
        for (int i = 0; i < lengths.length; i++) {
            String piece = text.substring(start, tokens.get(i).end());
            lengths[i] = piece.getBytes(StandardCharsets.UTF_8).length;
            index[i] = i;
            start = tokens.get(i).end();
        }
        return new AlignedPieces(new int[lengths.length], lengths, index);
    }

    /** Returns a piece with its white space as symbols. */
    public static String visible(String piece) {
        return piece.replace(' ', '␣').replace("\n", "⏎").replace("\t", "⇥");
    }

    /** Returns the column names of {@link #cells()}. */
    public List<String> header() {
        List<String> header = new ArrayList<>(List.of("token", "piece"));
        features.forEach(name -> header.add(name + " full"));
        features.forEach(name -> header.add(name + " causal"));
        return header;
    }

    /** Returns the rows as table cells. */
    public List<List<String>> cells() {
        List<List<String>> cells = new ArrayList<>();
        for (Row row : rows) {
            List<String> line = new ArrayList<>(List.of(row.token(), row.piece()));
            line.addAll(row.full());
            line.addAll(row.causal());
            cells.add(line);
        }
        return cells;
    }

    /** Returns an HTML page with the table. */
    public String toHtml() {
        return HtmlTable.page("Annotation of a text", header(), cells());
    }
}
