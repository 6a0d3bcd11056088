package org.limelm.train.evaluation;

import java.util.ArrayList;
import java.util.List;
import org.limelm.annotate.annotator.IncrementalAnnotator;
import org.limelm.annotate.subword.SubwordTokenizer;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.core.text.TaggedPieces;
import org.limelm.train.data.MemoryTokenSource;
import org.limelm.train.data.TokenSource;

/** Replaces the tags of documents with those of an incremental annotator. */
final class RetaggedSource {
    private RetaggedSource() {}

    /**
     * Retags documents piece by piece.
     *
     * @param documents ordinals of the documents in the source
     * @param maxTokens maximum number of pieces, counted from the first document; 0 = all
     */
    static MemoryTokenSource of(
            TokenSource source,
            int[] documents,
            IncrementalAnnotator annotator,
            SubwordTokenizer tokenizer,
            long maxTokens) {
        MetadataSchema schema = source.schema();
        List<TaggedPieces> retagged = new ArrayList<>();
        long remaining = maxTokens == 0 ? Long.MAX_VALUE : maxTokens;
        for (int document : documents) {
            int count = (int) Math.min(remaining, source.length(document));
            if (count == 0) {
                break;
            }
            remaining -= count;
            long start = source.documentStart(document);
            int[] tokens = new int[count];
            int[] bytes = new int[count];
            source.readTokens(start, tokens, 0, count);
            source.readByteLengths(start, bytes, 0, count);
            retagged.add(
                    new TaggedPieces(tokens, bytes, tags(tokens, annotator, tokenizer, schema)));
        }
        return new MemoryTokenSource(schema, retagged);
    }

    private static List<int[]> tags(
            int[] tokens,
            IncrementalAnnotator annotator,
            SubwordTokenizer tokenizer,
            MetadataSchema schema) {
        List<int[]> columns = new ArrayList<>();
        for (int f = 0; f < schema.size(); f++) {
            columns.add(new int[tokens.length]);
        }
        annotator.reset();
        for (int i = 0; i < tokens.length; i++) {
            int[] tags = annotator.push(tokenizer.pieceBytes(tokens[i]));
            for (int f = 0; f < tags.length; f++) {
                columns.get(f)[i] = tags[f];
            }
        }
        return columns;
    }
}
