package org.limelm.train.evaluation;

import java.util.ArrayList;
import java.util.List;
import org.limelm.annotate.annotator.IncrementalAnnotator;
import org.limelm.annotate.subword.SubwordTokenizer;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.core.text.TaggedPieces;
import org.limelm.train.data.MemoryTokenSource;
import org.limelm.train.data.TokenSource;

/** The pieces of documents with other tags: those of an annotator that reads along. */
final class RetaggedSource {
    private RetaggedSource() {}

    /**
     * Tags documents anew, piece by piece.
     *
     * @param documents ordinals in the source
     * @param maxTokens how many pieces at most, from the first on; 0 = all
     */
    static MemoryTokenSource of(
            TokenSource source,
            int[] documents,
            IncrementalAnnotator annotator,
            SubwordTokenizer tokenizer,
            long maxTokens) {
        MetadataSchema schema = source.schema();
        List<TaggedPieces> retagged = new ArrayList<>();
        long left = maxTokens == 0 ? Long.MAX_VALUE : maxTokens;
        for (int document : documents) {
            int count = (int) Math.min(left, source.length(document));
            if (count == 0) {
                break;
            }
            left -= count;
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
