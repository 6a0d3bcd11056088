package org.limelm.train.data;

import org.limelm.core.random.SplitMix64;

/**
 * Selects the source of each row. Rows repeat a fixed, randomly ordered pattern of {@value #PERIOD}
 * rows, in which every source has its share (largest remainder method, at least one row). The
 * number of earlier rows from a source is therefore known without counting.
 */
final class SourceMixer {
    static final int PERIOD = 4096;

    private final int[] pattern;

    /** {@code before[i]}: number of rows of the same source before row i of the pattern. */
    private final int[] before;

    private final int[] perPeriod;

    /**
     * Creates the pattern.
     *
     * @param shares positive shares of the sources, not necessarily normalized
     */
    SourceMixer(double[] shares, long seed) {
        perPeriod = apportion(shares);
        pattern = new int[PERIOD];
        int filled = 0;
        for (int source = 0; source < shares.length; source++) {
            for (int i = 0; i < perPeriod[source]; i++) {
                pattern[filled++] = source;
            }
        }
        for (int i = PERIOD - 1; i > 0; i--) {
            int j = (int) SplitMix64.bounded(SplitMix64.hash(seed, i), i + 1L);
            int swapped = pattern[i];
            pattern[i] = pattern[j];
            pattern[j] = swapped;
        }
        before = new int[PERIOD];
        int[] seen = new int[shares.length];
        for (int i = 0; i < PERIOD; i++) {
            before[i] = seen[pattern[i]]++;
        }
    }

    /** Returns the source of a row, where rows are counted over the whole run. */
    int sourceOf(long row) {
        return pattern[(int) (row % PERIOD)];
    }

    /** Returns the number of earlier rows from the same source. */
    long ordinalInSource(long row) {
        int place = (int) (row % PERIOD);
        return row / PERIOD * perPeriod[pattern[place]] + before[place];
    }

    private static int[] apportion(double[] shares) {
        double sum = 0;
        for (double share : shares) {
            sum += share;
        }
        int[] rows = new int[shares.length];
        int given = 0;
        for (int i = 0; i < shares.length; i++) {
            rows[i] = Math.max(1, (int) (PERIOD * shares[i] / sum));
            given += rows[i];
        }
        while (given != PERIOD) {
            int direction = given < PERIOD ? 1 : -1;
            int best = -1;
            double largest = Double.NEGATIVE_INFINITY;
            for (int i = 0; i < shares.length; i++) {
                double remainder = direction * (PERIOD * shares[i] / sum - rows[i]);
                if (remainder > largest && rows[i] + direction >= 1) {
                    largest = remainder;
                    best = i;
                }
            }
            rows[best] += direction;
            given += direction;
        }
        return rows;
    }
}
