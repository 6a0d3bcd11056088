package org.limelm.annotate.align;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.limelm.annotate.annotator.AnnotatedText;
import org.limelm.annotate.annotator.IncrementalAnnotator;
import org.limelm.annotate.annotator.LinguisticAnnotator;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.text.DocumentFields;
import org.limelm.core.text.LinguisticToken;
import org.limelm.core.text.TaggedPieces;

/**
 * Tags every piece of a text in one of the annotation modes. For use by one thread, like its
 * annotator.
 */
public sealed interface PieceTagger {
    /** Returns the mode. */
    AnnotationMode mode();

    /**
     * Tags the pieces of one document.
     *
     * @param text the document
     * @param fields fields of its record, which only mode FULL reads
     * @param tokens its linguistic tokens, to which the pieces refer
     * @param pieces its pieces, whose bytes are the text's UTF-8
     * @param endOfText id of a final piece of 0 bytes, tagged NONE, if one is to be added
     * @return n or n + 1 pieces with F tag columns
     */
    TaggedPieces tag(
            String text,
            DocumentFields fields,
            List<LinguisticToken> tokens,
            AlignedPieces pieces,
            OptionalInt endOfText);

    /** Tags the pieces of a text that has no record. */
    default TaggedPieces tag(
            String text,
            List<LinguisticToken> tokens,
            AlignedPieces pieces,
            OptionalInt endOfText) {
        return tag(text, DocumentFields.NONE, tokens, pieces, endOfText);
    }

    /**
     * Returns the tagger of mode FULL.
     *
     * @param annotator tags the pieces; its tokens are those of the text
     */
    static PieceTagger full(LinguisticAnnotator annotator, int features) {
        return new Full(annotator, features);
    }

    /**
     * Returns the tagger of modes CAUSAL and PREFIX.
     *
     * @param annotator an incremental annotator of this mode
     */
    static PieceTagger incremental(
            AnnotationMode mode, IncrementalAnnotator annotator, int features) {
        return new Incremental(mode, annotator, features);
    }

    /** Mode FULL: the whole text is tagged at once. */
    record Full(LinguisticAnnotator annotator, int features) implements PieceTagger {
        @Override
        public AnnotationMode mode() {
            return AnnotationMode.FULL;
        }

        @Override
        public TaggedPieces tag(
                String text,
                DocumentFields fields,
                List<LinguisticToken> tokens,
                AlignedPieces pieces,
                OptionalInt endOfText) {
            List<int[]> tags = columns(features, pieces, endOfText);
            int[] ends = ByteSpans.characterEnds(text, pieces.byteLengths());
            annotator.tagPieces(
                    new AnnotatedText(
                            text,
                            tokens,
                            ends,
                            pieces.tokenIndex(),
                            () -> annotator.sentences(text),
                            fields),
                    tags);
            return finish(pieces, tags, endOfText);
        }
    }

    /** Modes CAUSAL and PREFIX: the pieces are pushed one by one, as in generation. */
    record Incremental(AnnotationMode mode, IncrementalAnnotator annotator, int features)
            implements PieceTagger {
        @Override
        public TaggedPieces tag(
                String text,
                DocumentFields fields,
                List<LinguisticToken> tokens,
                AlignedPieces pieces,
                OptionalInt endOfText) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            int total = Arrays.stream(pieces.byteLengths()).sum();
            if (total != bytes.length) {
                throw new IllegalArgumentException(
                        "Pieces of %d bytes for a text of %d".formatted(total, bytes.length));
            }
            List<int[]> tags = columns(features, pieces, endOfText);
            annotator.reset();
            int at = 0;
            for (int i = 0; i < pieces.size(); i++) {
                int end = at + pieces.byteLengths()[i];
                set(tags, i, annotator.push(Arrays.copyOfRange(bytes, at, end)));
                at = end;
            }
            return finish(pieces, tags, endOfText);
        }
    }

    private static List<int[]> columns(int features, AlignedPieces pieces, OptionalInt endOfText) {
        List<int[]> columns = new ArrayList<>(features);
        for (int f = 0; f < features; f++) {
            columns.add(new int[pieces.size() + (endOfText.isPresent() ? 1 : 0)]); // NONE is 0
        }
        return columns;
    }

    private static void set(List<int[]> columns, int piece, int[] tagIds) {
        if (tagIds.length != columns.size()) {
            throw new IllegalArgumentException(
                    tagIds.length + " tags of a piece, expected " + columns.size());
        }
        for (int f = 0; f < tagIds.length; f++) {
            columns.get(f)[piece] = tagIds[f];
        }
    }

    private static TaggedPieces finish(
            AlignedPieces pieces, List<int[]> tags, OptionalInt endOfText) {
        if (endOfText.isEmpty()) {
            return new TaggedPieces(pieces.ids(), pieces.byteLengths(), tags);
        }
        int n = pieces.size();
        int[] ids = Arrays.copyOf(pieces.ids(), n + 1);
        ids[n] = endOfText.getAsInt();
        return new TaggedPieces(ids, Arrays.copyOf(pieces.byteLengths(), n + 1), tags);
    }
}
