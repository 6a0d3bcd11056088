package org.limelm.train.data;

import java.util.ArrayList;
import java.util.List;
import org.limelm.core.LimeException;
import org.limelm.core.random.SplitMix64;

/**
 * The training batches of a run. A batch is a pure function of (seed, step, micro step, rank, world
 * size): resuming needs no saved state, and batches may be requested by any thread in any order.
 *
 * <p>Every source is read epoch by epoch. An epoch concatenates the documents in a new random
 * order, cuts them into rows of T + 1 tokens that overlap by one, and reads the rows in random
 * order; see {@link org.limelm.train.config.DataOrder} for alternatives. The remainder at the end
 * of an epoch, less than a row, is not read in that epoch. A row never mixes tokens of different
 * epochs or sources.
 *
 * <p>Thread-safe.
 */
public final class BatchLoader {
    private static final int NO_PADDING = 0;

    private final List<SourceRows> sources;
    private final SourceMixer mixer;
    private final RowLayout layout;
    private final BatchOrder order;

    /**
     * Prepares the order; reads no tokens.
     *
     * @throws LimeException if a source has fewer training tokens than one row needs
     */
    public BatchLoader(List<WeightedSource> sources, RowLayout layout, BatchOrder order) {
        if (sources.isEmpty()) {
            throw new LimeException("[data] no shards to train on");
        }
        this.layout = layout;
        this.order = order;
        this.sources = new ArrayList<>();
        double[] shares = new double[sources.size()];
        for (int i = 0; i < sources.size(); i++) {
            SourceRows rows =
                    new SourceRows(
                            sources.get(i),
                            layout.length(),
                            order.dataOrder(),
                            order.blockTokens(),
                            SplitMix64.hash(order.seed(), i, 1));
            this.sources.add(rows);
            shares[i] = sources.get(i).weight() * rows.trainingTokens();
        }
        this.mixer = new SourceMixer(shares, SplitMix64.hash(order.seed(), 2));
    }

    /** Returns the number of training tokens in all sources, each counted once. */
    public long trainingTokens() {
        return sources.stream().mapToLong(SourceRows::trainingTokens).sum();
    }

    /** Returns the order of the batches. */
    public BatchOrder order() {
        return order;
    }

    /**
     * Returns the number of distinct documents in a batch, averaged over the first batches of the
     * run: a measure of how well the data is mixed.
     */
    public double distinctDocumentsPerBatch(int batches) {
        long distinct = 0;
        for (int step = 0; step < batches; step++) {
            distinct +=
                    batch(step, 0).documents().stream().flatMap(List::stream).distinct().count();
        }
        return (double) distinct / batches;
    }

    /**
     * Returns a batch.
     *
     * @param step optimizer step, from 0
     * @param microStep within the step, from 0
     */
    public HostBatch batch(long step, int microStep) {
        RowReader reader = new RowReader(layout, order.batchSize());
        double dropped = order.dropout().shareAt(step + 1, order.totalSteps());
        long first = order.firstRow(step, microStep);
        for (long row = first; row < first + order.batchSize(); row++) {
            SourceRows source = sources.get(mixer.sourceOf(row));
            long ordinal = mixer.ordinalInSource(row);
            SourceRows.Epoch epoch = source.epoch(ordinal / source.rowsPerEpoch());
            reader.read(
                    source.name(),
                    source.tokens(),
                    epoch.stream(),
                    epoch.rows().rowAt(ordinal % source.rowsPerEpoch()),
                    NO_PADDING);
            if (dropped > 0) {
                reader.dropTags(dropped, SplitMix64.hash(order.seed(), 3), row);
            }
        }
        return reader.finish();
    }
}
