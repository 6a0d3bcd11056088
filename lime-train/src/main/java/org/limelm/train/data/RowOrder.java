package org.limelm.train.data;

import org.limelm.train.config.DataOrder;

/** The order of the rows in an epoch: a permutation that needs no memory per row. */
interface RowOrder {
    /** Returns the row of the stream that is read at the given place in the epoch. */
    long rowAt(long place);

    /**
     * Returns the order of an epoch.
     *
     * @param rows number of rows in the epoch
     * @param rowsPerBlock approximate number of rows per block, for {@link DataOrder#BLOCKS}
     */
    static RowOrder of(DataOrder order, long rows, long rowsPerBlock, long seed) {
        return switch (order) {
            case ROWS -> new IndexPermutation(rows, seed)::apply;
            case BLOCKS -> new BlockOrder(rows, rowsPerBlock, seed);
            case DOCUMENTS -> place -> place;
        };
    }
}
