package org.limelm.train.inspect;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.limelm.annotate.align.AlignedPieces;
import org.limelm.annotate.align.Aligner;
import org.limelm.annotate.models.Annotators;
import org.limelm.annotate.subword.SubwordTokenizer;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.metadata.Feature;
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
    /** Shown instead of tag {@code NONE}. */
    static final String NONE = "·";

    /** Symbol of control character 0 in the Unicode block Control Pictures, in their order. */
    private static final char FIRST_CONTROL_PICTURE = '\u2400';

    /**
     * A row for one piece.
     *
     * @param word index of the linguistic token it belongs to, or {@link AlignedPieces#NO_TOKEN}
     * @param token the linguistic token it belongs to, only at the token's first piece; else empty
     * @param piece the text of the piece
     * @param full tags computed from the whole sentence, one per feature
     * @param causal tags computed from the text so far, one per feature
     */
    public record Row(
            int word, String token, String piece, List<String> full, List<String> causal) {}

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
        TaggedText annotated = TaggedText.of(text, tokens, pieces, annotators);
        List<Row> rows = new ArrayList<>();
        int previousToken = AlignedPieces.NO_TOKEN;
        for (TaggedText.Piece piece : annotated.pieces()) {
            boolean startsToken =
                    piece.word() != AlignedPieces.NO_TOKEN && piece.word() != previousToken;
            rows.add(
                    new Row(
                            piece.word(),
                            startsToken
                                    ? printable(annotated.words().get(piece.word()).text())
                                    : "",
                            visible(piece.text()),
                            visibleTags(piece.full()),
                            visibleTags(piece.causal())));
            previousToken = piece.word();
        }
        return new Inspection(annotated.features(), rows);
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

    private static List<String> visibleTags(List<String> tags) {
        return tags.stream().map(tag -> tag.equals(Feature.NONE) ? NONE : tag).toList();
    }

    /** Returns a piece with its white space and control characters as symbols. */
    public static String visible(String piece) {
        return printable(piece.replace(' ', '␣').replace('\n', '⏎').replace('\t', '⇥'));
    }

    /**
     * Returns a text with its control characters as symbols, so that a text of any origin cannot
     * control a terminal: ␛ for an escape, and U+FFFD for the characters U+0080 to U+009F, which
     * have no symbols.
     */
    public static String printable(String text) {
        StringBuilder shown = new StringBuilder(text);
        for (int i = 0; i < shown.length(); i++) {
            char c = shown.charAt(i);
            if (Character.isISOControl(c)) {
                shown.setCharAt(i, symbol(c));
            }
        }
        return shown.toString();
    }

    private static char symbol(char control) {
        if (control < ' ') {
            return (char) (FIRST_CONTROL_PICTURE + control);
        }
        return control == '\u007f' ? '␡' : '\ufffd';
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

    /** Returns an HTML page with the tags of each mode, and the table. */
    public String toHtml() {
        TaggedPage page = new TaggedPage("Annotation of a text");
        for (AnnotationMode mode : List.of(AnnotationMode.FULL, AnnotationMode.CAUSAL)) {
            if (rows.stream().anyMatch(row -> !tags(row, mode).contains(TaggedText.MISSING))) {
                page.add("Mode " + mode.label(), new TaggedWords(features, words(mode)));
            }
        }
        return page.add("Pieces", HtmlTable.table(header(), cells())).toHtml();
    }

    private static List<String> tags(Row row, AnnotationMode mode) {
        return mode == AnnotationMode.FULL ? row.full() : row.causal();
    }

    /**
     * Returns the words, and the white space that belongs to none, with the tags of their last
     * piece, when all of it was known.
     */
    private List<TaggedWords.Word> words(AnnotationMode mode) {
        List<TaggedWords.Word> words = new ArrayList<>();
        for (int i = 0; i < rows.size(); ) {
            Row first = rows.get(i);
            int end = i + 1;
            while (end < rows.size() && rows.get(end).word() == first.word()) {
                end++;
            }
            List<String> pieces = rows.subList(i, end).stream().map(Row::piece).toList();
            words.add(
                    new TaggedWords.Word(
                            first.word() == AlignedPieces.NO_TOKEN
                                    ? String.join("", pieces)
                                    : first.token(),
                            tags(rows.get(end - 1), mode),
                            pieces));
            i = end;
        }
        return words;
    }
}
