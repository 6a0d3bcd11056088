package org.limelm.train.data;

import java.util.LinkedHashMap;
import java.util.Map;
import org.limelm.core.LimeException;

/** The training rows of one source, epoch by epoch. Keeps the orders of the last two epochs. */
final class SourceRows {
    private static final int EPOCHS_KEPT = 2;

    private final WeightedSource source;
    private final long seed;
    private final long trainingTokens;
    private final long rowsPerEpoch;
    private final Map<Long, EpochOrder> epochs = new LinkedHashMap<>();

    SourceRows(WeightedSource source, int length, long seed) {
        this.source = source;
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
                                    + " Hint: a longer corpus, a smaller model.contextLength, or a"
                                    + " smaller data.validationFraction")
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

    synchronized EpochOrder epoch(long epoch) {
        EpochOrder known = epochs.get(epoch);
        if (known != null) {
            return known;
        }
        EpochOrder made =
                EpochOrder.shuffled(
                        source.tokens(), source.split().training(), Mix64.hash(seed, epoch));
        epochs.put(epoch, made);
        if (epochs.size() > EPOCHS_KEPT) {
            epochs.remove(epochs.keySet().iterator().next());
        }
        return made;
    }
}
