package org.limelm.annotate.feature;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.limelm.annotate.align.AlignedPieces;
import org.limelm.annotate.align.PieceTagger;
import org.limelm.annotate.annotator.LinguisticAnnotator;
import org.limelm.annotate.models.Annotators;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.metadata.Feature;
import org.limelm.core.text.DocumentFields;
import org.limelm.core.text.LinguisticToken;

/** Tags given pieces of a text. */
public final class TaggedText {
    private TaggedText() {}

    /** Returns the names of the tags of a feature, one per piece. */
    public static List<String> tags(
            Annotators annotators, AnnotationMode mode, String feature, String... pieces) {
        return tags(annotators, mode, feature, DocumentFields.NONE, pieces);
    }

    /** Returns the names of the tags of a feature, one per piece, of a document with fields. */
    public static List<String> tags(
            Annotators annotators,
            AnnotationMode mode,
            String feature,
            DocumentFields fields,
            String... pieces) {
        int column = annotators.schema().indexOf(feature);
        Feature tags = annotators.schema().features().get(column);
        List<String> names = new ArrayList<>();
        for (int tag : columns(annotators, mode, fields, pieces).get(column)) {
            names.add(tags.tag(tag));
        }
        return names;
    }

    /** Returns the names of the tags of a feature, one per byte of a text, in mode full. */
    public static List<String> tagsOfBytes(
            Annotators annotators, String feature, DocumentFields fields, String text) {
        LinguisticAnnotator linguistic = annotators.newLinguisticAnnotator();
        List<LinguisticToken> words = linguistic.annotate(text);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int[] lengths = new int[bytes.length];
        int[] owners = new int[bytes.length];
        Arrays.fill(lengths, 1);
        Arrays.fill(owners, AlignedPieces.NO_TOKEN);
        for (int word = 0; word < words.size(); word++) {
            Arrays.fill(
                    owners,
                    bytes(text, words.get(word).start()),
                    bytes(text, words.get(word).end()),
                    word);
        }
        int column = annotators.schema().indexOf(feature);
        int[] tags =
                PieceTagger.full(linguistic, annotators.schema().size())
                        .tag(
                                text,
                                fields,
                                words,
                                new AlignedPieces(new int[bytes.length], lengths, owners),
                                OptionalInt.empty())
                        .tags()
                        .get(column);
        return Arrays.stream(tags)
                .mapToObj(annotators.schema().features().get(column)::tag)
                .toList();
    }

    private static int bytes(String text, int end) {
        return text.substring(0, end).getBytes(StandardCharsets.UTF_8).length;
    }

    /** Returns the tags of all features, F × n. */
    static List<int[]> columns(Annotators annotators, AnnotationMode mode, String... pieces) {
        return columns(annotators, mode, DocumentFields.NONE, pieces);
    }

    private static List<int[]> columns(
            Annotators annotators, AnnotationMode mode, DocumentFields fields, String... pieces) {
        String text = String.join("", pieces);
        LinguisticAnnotator linguistic = annotators.newLinguisticAnnotator();
        List<LinguisticToken> words = linguistic.annotate(text);
        int[] lengths = new int[pieces.length];
        int[] owners = new int[pieces.length];
        int start = 0;
        for (int i = 0; i < pieces.length; i++) {
            lengths[i] = pieces[i].getBytes(StandardCharsets.UTF_8).length;
            int end = start + pieces[i].length();
            owners[i] = AlignedPieces.NO_TOKEN;
            for (int word = 0; word < words.size(); word++) {
                if (words.get(word).start() < end && words.get(word).end() > start) {
                    owners[i] = word;
                }
            }
            start = end;
        }
        int features = annotators.schema().size();
        PieceTagger tagger =
                mode == AnnotationMode.FULL
                        ? PieceTagger.full(linguistic, features)
                        : PieceTagger.incremental(
                                mode, annotators.newIncrementalAnnotator(mode), features);
        AlignedPieces aligned = new AlignedPieces(new int[pieces.length], lengths, owners);
        return tagger.tag(text, fields, words, aligned, OptionalInt.empty()).tags();
    }
}
