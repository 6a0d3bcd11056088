package org.limelm.annotate.align;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.limelm.annotate.annotator.IncrementalAnnotator;
import org.limelm.annotate.annotator.LinguisticAnnotator;
import org.limelm.annotate.annotator.PrefixAnnotator;
import org.limelm.core.metadata.AnnotationMode;
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
     * @param tokens its linguistic tokens, to which the pieces refer
     * @param pieces its pieces, whose bytes are the text's UTF-8
     * @param endOfText id of a final piece of 0 bytes, tagged NONE, if one is to be added
     * @return n or n + 1 pieces with F tag columns
     */
    TaggedPieces tag(
            String text, List<LinguisticToken> tokens, AlignedPieces pieces, OptionalInt endOfText);

    /** Returns the tagger of mode FULL: each piece has the tags of its linguistic token. */
    static PieceTagger full(int features) {
        return new Full(features);
    }

    /** Returns the tagger of mode CAUSAL. */
    static PieceTagger causal(IncrementalAnnotator annotator, int features) {
        return new Incremental(AnnotationMode.CAUSAL, annotator, features);
    }

    /** Returns the tagger of mode PREFIX. */
    static PieceTagger prefix(LinguisticAnnotator annotator, int features) {
        return new Incremental(
                AnnotationMode.PREFIX, new PrefixAnnotator(annotator, features), features);
    }

    /** Mode FULL: a lookup. */
    record Full(int features) implements PieceTagger {
        @Override
        public AnnotationMode mode() {
            return AnnotationMode.FULL;
        }

        @Override
        public TaggedPieces tag(
                String text,
                List<LinguisticToken> tokens,
                AlignedPieces pieces,
                OptionalInt endOfText) {
            List<int[]> tags = columns(features, pieces, endOfText);
            for (int i = 0; i < pieces.size(); i++) {
                int token = pieces.tokenIndex()[i];
                if (token != AlignedPieces.NO_TOKEN) {
                    set(tags, i, tokens.get(token).tagIds());
                }
            }
            return finish(pieces, tags, endOfText);
        }
    }

    /** Modes CAUSAL and PREFIX: the pieces are pushed one by one, as in generation. */
    record Incremental(AnnotationMode mode, IncrementalAnnotator annotator, int features)
            implements PieceTagger {
        @Override
        public TaggedPieces tag(
                String text,
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
