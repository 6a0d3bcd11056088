package org.limelm.train.data;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/**
 * The fixed rows on which a model is evaluated: documents in corpus order, packed like training
 * rows. The last row is padded with ignored targets.
 */
public final class EvaluationRows {
    private final List<SourceOrder> sources = new ArrayList<>();
    private final RowLayout layout;
    private final int padding;
    private final boolean untagged;

    private record SourceOrder(String name, TokenSource tokens, EpochOrder order, long rows) {}

    private record RowPlace(SourceOrder source, long row) {}

    /**
     * Prepares the rows of the held-out documents.
     *
     * @param padding token id that pads the last row
     */
    public EvaluationRows(List<WeightedSource> sources, RowLayout layout, int padding) {
        this.layout = layout;
        this.padding = padding;
        this.untagged = false;
        for (WeightedSource source : sources) {
            EpochOrder order = EpochOrder.inOrder(source.tokens(), source.split().validation());
            long predicted = Math.max(0, order.tokenCount() - 1);
            long rows = (predicted + layout.length() - 1) / layout.length();
            this.sources.add(new SourceOrder(source.name(), source.tokens(), order, rows));
        }
    }

    private EvaluationRows(EvaluationRows tagged) {
        this.layout = tagged.layout;
        this.padding = tagged.padding;
        this.untagged = true;
        this.sources.addAll(tagged.sources);
    }

    /**
     * Returns the same rows with all tags dropped.
     *
     * @throws IllegalStateException if the model has tables without a tag {@code DROPPED}
     */
    public EvaluationRows withoutTags() {
        if (layout.dropped().length < layout.columns().length) {
            throw new IllegalStateException("no tag DROPPED");
        }
        return new EvaluationRows(this);
    }

    /** Prepares the rows of all documents of one source. */
    public static EvaluationRows all(
            String name, TokenSource source, RowLayout layout, int padding) {
        DocumentSplit split = DocumentSplit.allHeldOut(source.documentCount());
        return new EvaluationRows(
                List.of(new WeightedSource(name, source, split, 1)), layout, padding);
    }

    /** Returns the number of rows. */
    public long rowCount() {
        return sources.stream().mapToLong(SourceOrder::rows).sum();
    }

    /**
     * Returns batches of rows that cover the given number of tokens and are spread evenly over all
     * rows. The selection is deterministic.
     *
     * @param tokens maximum number of tokens, rounded up to whole rows; 0 = all
     */
    public Iterable<HostBatch> batches(int batchSize, long tokens) {
        return batches(batchSize, tokens, 0, 1);
    }

    /**
     * Returns every n-th of these batches.
     *
     * @param first index of the first batch, from 0
     * @param step n
     */
    public Iterable<HostBatch> batches(int batchSize, long tokens, int first, int step) {
        long count = selectedRows(tokens);
        long batches = batchCount(batchSize, tokens);
        return () ->
                LongStream.iterate(first, batch -> batch < batches, batch -> batch + step)
                        .mapToObj(
                                batch ->
                                        batch(
                                                batch * batchSize,
                                                Math.min(count, (batch + 1) * batchSize),
                                                count))
                        .iterator();
    }

    /** Returns the number of batches, see {@link #batches(int, long)}. */
    public int batchCount(int batchSize, long tokens) {
        return Math.toIntExact((selectedRows(tokens) + batchSize - 1) / batchSize);
    }

    private long selectedRows(long tokens) {
        long all = rowCount();
        long requested = tokens == 0 ? all : (tokens + layout.length() - 1) / layout.length();
        return Math.min(all, requested);
    }

    private HostBatch batch(long from, long to, long count) {
        RowReader reader = new RowReader(layout, (int) (to - from));
        for (long i = from; i < to; i++) {
            RowPlace place = place(spread(i, count));
            SourceOrder source = place.source();
            reader.read(source.name(), source.tokens(), source.order(), place.row(), padding);
            if (untagged) {
                reader.dropTags(1, 0, i);
            }
        }
        return reader.finish();
    }

    private long spread(long index, long count) {
        return Math.multiplyExact(index, rowCount()) / count;
    }

    private RowPlace place(long row) {
        long remaining = row;
        for (SourceOrder source : sources) {
            if (remaining < source.rows()) {
                return new RowPlace(source, remaining);
            }
            remaining -= source.rows();
        }
        throw new IndexOutOfBoundsException("row " + row + " of " + rowCount());
    }
}
