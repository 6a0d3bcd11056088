package org.limelm.train.data;

import java.util.Arrays;
import java.util.List;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.core.text.TaggedPieces;

/** A token source of documents in memory, such as text that has just been annotated. */
public final class MemoryTokenSource implements TokenSource {
    private final MetadataSchema schema;
    private final List<TaggedPieces> documents;
    private final long[] starts;

    /**
     * Creates a source of documents.
     *
     * @throws IllegalArgumentException if a document's tag columns do not match the schema
     */
    public MemoryTokenSource(MetadataSchema schema, List<TaggedPieces> documents) {
        this.schema = schema;
        this.documents = List.copyOf(documents);
        this.starts = new long[documents.size() + 1];
        for (int i = 0; i < documents.size(); i++) {
            if (documents.get(i).tags().size() != schema.size()) {
                throw new IllegalArgumentException(
                        "[document %d] %d tag columns, expected %d"
                                .formatted(i, documents.get(i).tags().size(), schema.size()));
            }
            starts[i + 1] = starts[i] + documents.get(i).size();
        }
    }

    @Override
    public MetadataSchema schema() {
        return schema;
    }

    @Override
    public int documentCount() {
        return documents.size();
    }

    @Override
    public long documentStart(int document) {
        return starts[document];
    }

    @Override
    public void readTokens(long from, int[] into, int offset, int count) {
        int document = documentAt(from);
        copy(documents.get(document).tokens(), document, from, into, offset, count);
    }

    @Override
    public void readTags(int feature, long from, int[] into, int offset, int count) {
        int document = documentAt(from);
        copy(documents.get(document).tags().get(feature), document, from, into, offset, count);
    }

    @Override
    public void readByteLengths(long from, int[] into, int offset, int count) {
        int document = documentAt(from);
        copy(documents.get(document).byteLengths(), document, from, into, offset, count);
    }

    private void copy(int[] column, int document, long from, int[] into, int offset, int count) {
        System.arraycopy(column, (int) (from - starts[document]), into, offset, count);
    }

    /** Returns the last document that starts at or before the position, skipping empty ones. */
    private int documentAt(long position) {
        return EpochOrder.lastAtOrBefore(starts, position);
    }

    @Override
    public String toString() {
        return "MemoryTokenSource" + Arrays.toString(starts);
    }
}
