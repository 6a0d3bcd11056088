package org.limelm.train.score;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.limelm.core.ConfigException;
import org.limelm.model.decoder.Batch;
import org.limelm.train.data.HostBatch;

/**
 * Puts continuations into rows of at most T positions and rows of similar length into batches.
 *
 * @param contextLength T
 * @param batchSize rows per batch
 * @param padding token after the end of shorter rows, which no prediction sees
 */
record ScoreBatches(int contextLength, int batchSize, int padding) {
    /** Checks the batch size. */
    ScoreBatches {
        if (batchSize < 1) {
            throw new ConfigException("[batch] " + batchSize + " rows, expected 1 or more");
        }
    }

    /**
     * A part of a text.
     *
     * @param text index of the text
     * @param start its first token
     * @param end index after its last token, which is predicted but not read
     * @param first the first token that is predicted
     */
    record Window(int text, int start, int end, int first) {
        int length() {
            return end - 1 - start;
        }
    }

    /**
     * A batch.
     *
     * @param windows one per row
     * @param batch the rows, padded at the end to the longest
     */
    record Rows(List<Window> windows, HostBatch batch) {}

    /** Returns the number of tokens of the context that are not read. */
    int dropped(EncodedContinuation text) {
        return windows(0, text).get(0).start();
    }

    /** Returns batches that cover every token of the continuations once, longest rows first. */
    List<Rows> of(List<EncodedContinuation> texts) {
        List<Window> windows = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            windows.addAll(windows(i, texts.get(i)));
        }
        windows.sort(Comparator.comparingInt(Window::length).reversed()); // stable
        List<Rows> batches = new ArrayList<>();
        for (int from = 0; from < windows.size(); from += batchSize) {
            List<Window> rows =
                    List.copyOf(windows.subList(from, Math.min(windows.size(), from + batchSize)));
            batches.add(new Rows(rows, batch(texts, rows)));
        }
        return batches;
    }

    private List<Window> windows(int index, EncodedContinuation text) {
        int end = text.tokens().length;
        if (text.predicted() <= contextLength) {
            int start = Math.max(0, end - 1 - contextLength);
            return List.of(new Window(index, start, end, text.first()));
        }
        List<Window> windows = new ArrayList<>();
        int stride = Math.max(1, contextLength / 2);
        for (int first = text.first(); first < end; first += stride) {
            int last = Math.min(end, first + stride);
            windows.add(new Window(index, Math.max(0, last - 1 - contextLength), last, first));
        }
        return windows;
    }

    private HostBatch batch(List<EncodedContinuation> texts, List<Window> rows) {
        int length = rows.get(0).length();
        int tables = texts.get(0).tags().size();
        long[] tokens = new long[rows.size() * length];
        long[] targets = new long[tokens.length];
        Arrays.fill(tokens, padding);
        Arrays.fill(targets, Batch.IGNORED);
        List<long[]> tags = new ArrayList<>();
        for (int table = 0; table < tables; table++) {
            tags.add(new long[tokens.length]); // NONE
        }
        for (int row = 0; row < rows.size(); row++) {
            Window window = rows.get(row);
            EncodedContinuation text = texts.get(window.text());
            for (int i = 0; i < window.length(); i++) {
                int at = row * length + i;
                int position = window.start() + i;
                tokens[at] = text.tokens()[position];
                for (int table = 0; table < tables; table++) {
                    tags.get(table)[at] = text.tags().get(table)[position];
                }
                if (position + 1 >= window.first()) {
                    targets[at] = text.tokens()[position + 1];
                }
            }
        }
        return new HostBatch(
                rows.size(),
                length,
                tokens,
                targets,
                tags,
                List.of(),
                Optional.empty(),
                new int[tokens.length],
                List.of());
    }
}
