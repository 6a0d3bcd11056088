package org.limelm.train.data;

import java.util.LinkedHashMap;
import java.util.Map;
import org.limelm.core.LimeException;
import org.limelm.core.random.SplitMix64;
import org.limelm.train.config.DataOrder;

/** The training rows of a source, epoch by epoch. Caches the orders of two epochs. */
final class SourceRows {
    private static final int EPOCHS_KEPT = 2;

    private final WeightedSource source;
    private final DataOrder order;
    private final long rowsPerBlock;
    private final long seed;
    private final long trainingTokens;
    private final long rowsPerEpoch;
    private final Map<Long, Epoch> epochs = new LinkedHashMap<>();

    /**
     * An epoch.
     *
     * @param stream order in which the documents are concatenated before they are cut into rows
     * @param rows order in which the rows are read
     */
    record Epoch(EpochOrder stream, RowOrder rows) {}

    /**
     * Counts the tokens and rows of a source.
     *
     * @param length positions T per row
     * @param blockTokens tokens per block, for {@link DataOrder#BLOCKS}
     */
    SourceRows(WeightedSource source, int length, DataOrder order, long blockTokens, long seed) {
        this.source = source;
        this.order = order;
        this.rowsPerBlock = Math.max(1, blockTokens / length);
        this.seed = seed;
        long count = 0;
        for (int document : source.split().training()) {
            count += source.tokens().length(document);
        }
        this.trainingTokens = count;
        this.rowsPerEpoch = (count - 1) / length;
        if (rowsPerEpoch < 1) {
            throw new LimeException(
                    ("[%s] %,d training tokens in %,d documents, expected more than %d for one row."
                                    + " Hint: use a longer corpus, a smaller model.contextLength,"
                                    + " or a smaller data.validationFraction")
                            .formatted(
                                    source.name(),
                                    count,
                                    source.split().training().length,
                                    length));
        }
    }

    String name() {
        return source.name();
    }

    TokenSource tokens() {
        return source.tokens();
    }

    long trainingTokens() {
        return trainingTokens;
    }

    long rowsPerEpoch() {
        return rowsPerEpoch;
    }

    synchronized Epoch epoch(long epoch) {
        Epoch cached = epochs.get(epoch);
        if (cached != null) {
            return cached;
        }
        long epochSeed = SplitMix64.hash(seed, epoch);
        int[] documents = source.split().training();
        EpochOrder stream =
                order == DataOrder.BLOCKS
                        ? EpochOrder.inOrder(source.tokens(), documents)
                        : EpochOrder.shuffled(source.tokens(), documents, epochSeed);
        Epoch added = new Epoch(stream, RowOrder.of(order, rowsPerEpoch, rowsPerBlock, epochSeed));
        epochs.put(epoch, added);
        if (epochs.size() > EPOCHS_KEPT) {
            epochs.remove(epochs.keySet().iterator().next());
        }
        return added;
    }
}
