package org.limelm.train.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.limelm.core.metadata.Feature;
import org.limelm.core.random.SplitMix64;
import org.limelm.model.decoder.Batch;

/**
 * Reads the rows of a batch. Row r of an epoch covers positions {@code r·T … r·T + T} of its
 * stream: T inputs and, shifted by one, T targets. Every token except the first is predicted once.
 */
final class RowReader {
    private final RowLayout layout;
    private final int rows;
    private final long[] tokens;
    private final long[] targets;
    private final List<long[]> tags;
    private final List<long[]> tagTargets;
    private final long[] documentIds;
    private final int[] targetBytes;
    private final List<RowOrigin> origins = new ArrayList<>();

    // The T + 1 tokens of the current row, before they become inputs and targets.
    private final int[] ids;
    private final int[] bytes;
    private final int[] segments;
    private final int[][] columns;
    private final int[][] predicted;

    RowReader(RowLayout layout, int rows) {
        this.layout = layout;
        this.rows = rows;
        int length = layout.length();
        int size = rows * length;
        tokens = new long[size];
        targets = new long[size];
        documentIds = new long[size];
        targetBytes = new int[size];
        tags = columns(layout.columns().length, size);
        tagTargets = columns(layout.predicted().length, size);
        ids = new int[length + 1];
        bytes = new int[length + 1];
        segments = new int[length + 1];
        columns = new int[layout.columns().length][length + 1];
        predicted = new int[layout.predicted().length][length + 1];
    }

    private static List<long[]> columns(int count, int size) {
        List<long[]> columns = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            columns.add(new long[size]);
        }
        return columns;
    }

    /**
     * Appends a row.
     *
     * @param name name of the source, for messages
     * @param row index of the row in the stream
     * @param padding token id for positions beyond the end of the stream, which are never predicted
     */
    void read(String name, TokenSource source, EpochOrder order, long row, int padding) {
        int length = layout.length();
        long from = row * length;
        int available = (int) Math.min(length + 1, order.tokenCount() - from);
        origins.add(gather(name, source, order, from, available));
        int at = (origins.size() - 1) * length; // start of the row in the batch
        for (int i = 0; i < length; i++) {
            boolean known = i < available;
            boolean nextKnown = i + 1 < available;
            boolean sameDocument = nextKnown && segments[i] == segments[i + 1];
            tokens[at + i] = known ? ids[i] : padding;
            documentIds[at + i] = known ? segments[i] : -1;
            boolean counted = nextKnown && (sameDocument || !layout.documentMask());
            targets[at + i] = counted ? ids[i + 1] : Batch.IGNORED;
            targetBytes[at + i] = counted ? bytes[i + 1] : 0;
            for (int table = 0; table < columns.length; table++) {
                tags.get(table)[at + i] = known ? columns[table][i] : Feature.NONE_ID;
            }
            for (int feature = 0; feature < predicted.length; feature++) {
                tagTargets.get(feature)[at + i] =
                        counted && !layout.predictsDropped()
                                ? predicted[feature][i]
                                : Batch.IGNORED;
            }
        }
    }

    /** Drops the tags that each position of the row read last reads, with a probability. */
    void dropTags(double probability, long seed, long row) {
        int length = layout.length();
        int at = (origins.size() - 1) * length;
        for (int i = 0; i < length; i++) {
            if (SplitMix64.unit(SplitMix64.hash(seed, row, i)) < probability) {
                for (int table = 0; table < columns.length; table++) {
                    tags.get(table)[at + i] = layout.dropped()[table];
                }
                if (layout.predictsDropped() && targets[at + i] != Batch.IGNORED) {
                    for (int feature = 0; feature < predicted.length; feature++) {
                        tagTargets.get(feature)[at + i] = predicted[feature][i];
                    }
                }
            }
        }
    }

    /** Returns the batch; the reader must not be used again. */
    HostBatch finish() {
        if (origins.size() != rows) {
            throw new IllegalStateException(origins.size() + " rows read, expected " + rows);
        }
        return new HostBatch(
                rows,
                layout.length(),
                tokens,
                targets,
                tags,
                tagTargets,
                layout.documentMask() ? Optional.of(documentIds) : Optional.empty(),
                targetBytes,
                origins);
    }

    /**
     * Reads the tags for tokens of one document: those of the tokens {@code shift} positions later,
     * or NONE outside the document.
     *
     * @param within position of the first token within its document
     * @param columns the columns of the source to read
     * @param into receives the tags, from {@code filled} on
     */
    private static void readTags(
            TokenSource source,
            int document,
            long within,
            int shift,
            int[] columns,
            int[][] into,
            int filled,
            int take) {
        long from = within + shift;
        long last = source.length(document);
        int before = (int) Math.min(take, Math.max(0, -from));
        int known = (int) Math.max(0, Math.min(take, last - from) - before);
        for (int i = 0; i < columns.length; i++) {
            Arrays.fill(into[i], filled, filled + take, Feature.NONE_ID);
            if (known > 0) {
                long position = source.documentStart(document) + from + before;
                source.readTags(columns[i], position, into[i], filled + before, known);
            }
        }
    }

    /** Reads tokens from the stream and returns their origin. */
    private RowOrigin gather(
            String name, TokenSource source, EpochOrder order, long from, int count) {
        int[] touched = new int[4];
        int documentsTouched = 0;
        int place = order.placeOf(from);
        long start = from - order.starts()[place];
        int filled = 0;
        while (filled < count) {
            int document = order.documents()[place];
            long within = from + filled - order.starts()[place];
            int take = (int) Math.min(count - filled, source.length(document) - within);
            if (take > 0) {
                long position = source.documentStart(document) + within;
                source.readTokens(position, ids, filled, take);
                source.readByteLengths(position, bytes, filled, take);
                int[] tables = layout.columns();
                readTags(source, document, within, layout.shift(), tables, columns, filled, take);
                int[] next = layout.predicted();
                readTags(source, document, within, 1, next, predicted, filled, take);
                Arrays.fill(segments, filled, filled + take, documentsTouched);
                if (documentsTouched == touched.length) {
                    touched = Arrays.copyOf(touched, 2 * touched.length);
                }
                touched[documentsTouched++] = document;
                filled += take;
            }
            place++;
        }
        return new RowOrigin(name, Arrays.copyOf(touched, documentsTouched), start);
    }
}
