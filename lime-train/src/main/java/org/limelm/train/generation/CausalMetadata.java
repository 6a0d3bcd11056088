package org.limelm.train.generation;

import java.util.List;
import org.limelm.annotate.annotator.IncrementalAnnotator;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.model.generate.MetadataSource;

/**
 * Tags of a text that is annotated while it grows: each piece, of the prompt and of what the model
 * writes, has the tags that annotating the whole text from scratch would give it.
 */
public final class CausalMetadata implements MetadataSource {
    private final IncrementalAnnotator annotator;
    private final PieceBytes pieces;
    private final int[] columns;

    /**
     * Begins a text.
     *
     * @param annotator of this text alone; it is reset
     * @param annotated the features the annotator gives
     * @param tables the features the model has tables for
     */
    public CausalMetadata(
            IncrementalAnnotator annotator,
            PieceBytes pieces,
            MetadataSchema annotated,
            MetadataSchema tables) {
        annotator.reset();
        this.annotator = annotator;
        this.pieces = pieces;
        List<String> names = tables.names();
        this.columns = names.stream().mapToInt(annotated::indexOf).toArray();
    }

    @Override
    public int[] tagsFor(int token) {
        int[] all = annotator.push(pieces.of(token));
        int[] tags = new int[columns.length];
        for (int i = 0; i < columns.length; i++) {
            tags[i] = all[columns[i]];
        }
        return tags;
    }
}
