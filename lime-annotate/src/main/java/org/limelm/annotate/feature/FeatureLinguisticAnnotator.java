package org.limelm.annotate.feature;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.limelm.annotate.annotator.AnnotatedText;
import org.limelm.annotate.annotator.LinguisticAnnotator;
import org.limelm.annotate.annotator.TextSpan;
import org.limelm.core.LimeException;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.text.LinguisticToken;

/**
 * Splits texts with the trained models, and tags their pieces with all features. The tags of a
 * token are those of the trained models only.
 */
final class FeatureLinguisticAnnotator implements LinguisticAnnotator {
    private final LinguisticAnnotator trained;
    private final FeatureColumns columns;
    private @Nullable List<WholeTextTagger> taggers; // created when they are needed

    FeatureLinguisticAnnotator(LinguisticAnnotator trained, FeatureColumns columns) {
        this.trained = trained;
        this.columns = columns;
    }

    @Override
    public List<LinguisticToken> annotate(String text) {
        return trained.annotate(text);
    }

    @Override
    public List<LinguisticToken> split(String text) {
        return trained.split(text);
    }

    @Override
    public List<LinguisticToken> annotateLastSentence(String text) {
        return trained.annotateLastSentence(text);
    }

    @Override
    public List<TextSpan> sentences(String text) {
        return trained.sentences(text);
    }

    @Override
    public void tagPieces(AnnotatedText text, List<int[]> tags) {
        List<int[]> trainedTags = new ArrayList<>();
        for (int f = 0; f < columns.trainedFeatures(); f++) {
            trainedTags.add(new int[text.pieces()]);
        }
        trained.tagPieces(text, trainedTags);
        int own = 0;
        for (int f = 0; f < tags.size(); f++) {
            int[] column =
                    columns.column(f) instanceof FeatureColumns.Trained source
                            ? trainedTags.get(source.index())
                            : tags(f, taggers().get(own++), text);
            System.arraycopy(column, 0, tags.get(f), 0, column.length);
        }
    }

    private List<WholeTextTagger> taggers() {
        if (taggers == null) {
            taggers = columns.taggers(AnnotationMode.FULL, MetadataFeature::newWholeTextTagger);
        }
        return taggers;
    }

    private int[] tags(int feature, WholeTextTagger tagger, AnnotatedText text) {
        int[] tags = tagger.tag(text);
        if (tags.length != text.pieces()) {
            throw new LimeException(
                    "[metadata: %s] %d tags, expected one for each of %d pieces"
                            .formatted(
                                    columns.schema().names().get(feature),
                                    tags.length,
                                    text.pieces()));
        }
        for (int tag : tags) {
            columns.checked(feature, tag);
        }
        return tags;
    }
}
