package org.limelm.train.data;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Where the rows of a batch were read, one list of {@code source:document} per row. The names are
 * made when they are asked for, which is when something went wrong.
 */
final class RowOrigins extends AbstractList<List<String>> {
    private final List<Origin> rows;

    @SuppressWarnings("ArrayRecordComponent") // ordinals; identity is not used
    private record Origin(String source, int[] documents) {}

    /** Begins without rows; at most the given number is expected. */
    RowOrigins(int capacity) {
        rows = new ArrayList<>(capacity);
    }

    /** Adds a row of one source that touches documents with these ordinals. */
    void add(String source, int[] documents) {
        rows.add(new Origin(source, documents));
    }

    @Override
    public List<String> get(int row) {
        Origin origin = rows.get(row);
        return Arrays.stream(origin.documents())
                .mapToObj(document -> origin.source() + ":" + document)
                .toList();
    }

    @Override
    public int size() {
        return rows.size();
    }
}
