package org.limelm.annotate.feature;

import java.util.List;
import org.limelm.annotate.annotator.IncrementalAnnotator;
import org.limelm.annotate.causal.CausalAnnotator;
import org.limelm.core.metadata.AnnotationMode;

/** Tags a growing text with all features: the trained models decide where words begin. */
final class FeatureCausalAnnotator implements IncrementalAnnotator {
    private final CausalAnnotator trained;
    private final FeatureColumns columns;
    private final List<IncrementalTagger> taggers;

    /**
     * Creates an annotator at the start of a document.
     *
     * @throws org.limelm.core.ConfigException if a feature does not exist in mode causal
     */
    FeatureCausalAnnotator(CausalAnnotator trained, FeatureColumns columns) {
        this(
                trained,
                columns,
                columns.taggers(AnnotationMode.CAUSAL, MetadataFeature::newIncrementalTagger));
    }

    private FeatureCausalAnnotator(
            CausalAnnotator trained, FeatureColumns columns, List<IncrementalTagger> taggers) {
        this.trained = trained;
        this.columns = columns;
        this.taggers = taggers;
    }

    @Override
    public void reset() {
        trained.reset();
        taggers.forEach(IncrementalTagger::reset);
    }

    @Override
    public int[] push(byte[] piece) {
        int[] trainedTags = trained.push(piece);
        int[] tags = new int[columns.schema().size()];
        if (piece.length == 0) {
            return tags; // the end of text: NONE
        }
        NextPiece next = new NextPiece(piece, trained.words());
        int own = 0;
        for (int f = 0; f < tags.length; f++) {
            tags[f] =
                    columns.column(f) instanceof FeatureColumns.Trained source
                            ? trainedTags[source.index()]
                            : columns.checked(f, taggers.get(own++).push(next));
        }
        return tags;
    }

    @Override
    public FeatureCausalAnnotator fork() {
        return new FeatureCausalAnnotator(
                trained.fork(), columns, taggers.stream().map(IncrementalTagger::fork).toList());
    }
}
