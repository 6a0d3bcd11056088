package org.limelm.train.data;

import org.limelm.core.random.SplitMix64;

/**
 * A random order of blocks of consecutive rows, with the rows in random order within each block.
 * The block sizes differ by at most one row.
 */
final class BlockOrder implements RowOrder {
    private final long rows;
    private final long seed;
    private final int blocks;
    private final IndexPermutation blockOrder;

    /** {@code starts[i]}: place in the epoch where the i-th block in reading order starts. */
    private final long[] starts;

    BlockOrder(long rows, long rowsPerBlock, long seed) {
        this.rows = rows;
        this.seed = seed;
        this.blocks = Math.toIntExact(Math.max(1, rows / Math.max(1, rowsPerBlock)));
        this.blockOrder = new IndexPermutation(blocks, seed);
        this.starts = new long[blocks + 1];
        for (int i = 0; i < blocks; i++) {
            long block = blockOrder.apply(i);
            starts[i + 1] = starts[i] + firstRow(block + 1) - firstRow(block);
        }
    }

    @Override
    public long rowAt(long place) {
        int turn = EpochOrder.lastAtOrBefore(starts, place);
        long block = blockOrder.apply(turn);
        long size = starts[turn + 1] - starts[turn];
        IndexPermutation within = new IndexPermutation(size, SplitMix64.hash(seed, block));
        return firstRow(block) + within.apply(place - starts[turn]);
    }

    /** Returns the first row of a block; the first {@code rows % blocks} have one extra row. */
    private long firstRow(long block) {
        return block * (rows / blocks) + Math.min(block, rows % blocks);
    }
}
