package org.limelm.model.generate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.limelm.core.LimeException;

/** The tokens of a text so far with their tags. */
final class TaggedHistory {
    private final int tables;
    private final MetadataSource metadata;
    private long[] tokens = new long[64];
    private final List<int[]> tags = new ArrayList<>();

    /**
     * Creates an empty history.
     *
     * @param tables number of the model's metadata tables
     */
    TaggedHistory(int tables, MetadataSource metadata) {
        this.tables = tables;
        this.metadata = metadata;
    }

    /**
     * Appends a token.
     *
     * @throws LimeException if the source does not give one tag per table
     */
    void add(int token) {
        int[] here = metadata.tagsFor(token);
        if (here.length != tables) {
            throw new LimeException(
                    "[generate] the metadata source returned %d tags, expected one for each of %d tables"
                            .formatted(here.length, tables));
        }
        if (tags.size() == tokens.length) {
            tokens = Arrays.copyOf(tokens, 2 * tokens.length);
        }
        tokens[tags.size()] = token;
        tags.add(here);
    }

    /** Returns the number of tokens. */
    int size() {
        return tags.size();
    }

    /** Returns the tokens from a position on. */
    long[] tokensFrom(int start) {
        return Arrays.copyOfRange(tokens, start, size());
    }

    /** Returns the tags of the tokens from a position on, one array per table. */
    List<long[]> tagsFrom(int start) {
        List<long[]> columns = new ArrayList<>();
        for (int table = 0; table < tables; table++) {
            long[] column = new long[size() - start];
            for (int i = start; i < size(); i++) {
                column[i - start] = tags.get(i)[table];
            }
            columns.add(column);
        }
        return columns;
    }
}
