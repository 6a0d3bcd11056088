package org.limelm.annotate.evaluation;

/** Counts of things found, there, and both. Ratios with nothing below the line are 0. */
final class Agreement {
    private long found;
    private long gold;
    private long right;

    void found() {
        found++;
    }

    void gold() {
        gold++;
    }

    void right() {
        right++;
    }

    long goldCount() {
        return gold;
    }

    long foundCount() {
        return found;
    }

    double precision() {
        return ratio(right, found);
    }

    double recall() {
        return ratio(right, gold);
    }

    /** Harmonic mean of precision and recall. */
    double f1() {
        return ratio(2 * right, found + gold);
    }

    private static double ratio(long part, long whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }
}
