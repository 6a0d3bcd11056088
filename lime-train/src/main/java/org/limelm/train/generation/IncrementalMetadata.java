package org.limelm.train.generation;

import java.util.List;
import org.limelm.annotate.annotator.IncrementalAnnotator;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.model.generate.MetadataSource;

/**
 * Tags of a text that is annotated incrementally: each piece of the prompt and of the generated
 * text has the tags that annotating the entire text from scratch would give it.
 */
public final class IncrementalMetadata implements MetadataSource {
    private final IncrementalAnnotator annotator;
    private final PieceBytes pieces;
    private final int endOfText;
    private final int[] columns;

    /**
     * Starts a new text.
     *
     * @param annotator annotator used for this text only; it is reset
     * @param endOfText the id after which a new document begins
     * @param annotated features that the annotator provides
     * @param tables features for which the model has tables
     */
    public IncrementalMetadata(
            IncrementalAnnotator annotator,
            PieceBytes pieces,
            int endOfText,
            MetadataSchema annotated,
            MetadataSchema tables) {
        annotator.reset();
        this.annotator = annotator;
        this.pieces = pieces;
        this.endOfText = endOfText;
        List<String> names = tables.names();
        this.columns = names.stream().mapToInt(annotated::indexOf).toArray();
    }

    @Override
    public int[] tagsFor(int token) {
        int[] tags = new int[columns.length];
        if (token == endOfText) { // NONE, and a new document, as in training
            annotator.reset();
            return tags;
        }
        int[] all = annotator.push(pieces.of(token));
        for (int i = 0; i < columns.length; i++) {
            tags[i] = all[columns[i]];
        }
        return tags;
    }
}
