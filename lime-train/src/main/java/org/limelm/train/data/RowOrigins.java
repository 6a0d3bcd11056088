package org.limelm.train.data;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The origins of the rows in a batch, one list of {@code source:document} per row. The strings are
 * created lazily, because they are needed only in error reports.
 */
final class RowOrigins extends AbstractList<List<String>> {
    private final List<Origin> rows;

    @SuppressWarnings("ArrayRecordComponent") // ordinals; identity is not used
    private record Origin(String source, int[] documents) {}

    /** Creates an empty list for the given number of rows. */
    RowOrigins(int capacity) {
        rows = new ArrayList<>(capacity);
    }

    /** Adds a row that contains tokens of the given documents of one source. */
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
