package org.limelm.annotate.evaluation;

/** Counts found, gold and correct items. Ratios with denominator 0 are 0. */
final class Agreement {
    private long found;
    private long gold;
    private long correct;

    void found() {
        found++;
    }

    void gold() {
        gold++;
    }

    void correct() {
        correct++;
    }

    long goldCount() {
        return gold;
    }

    long foundCount() {
        return found;
    }

    double precision() {
        return ratio(correct, found);
    }

    double recall() {
        return ratio(correct, gold);
    }

    /** Returns the harmonic mean of precision and recall. */
    double f1() {
        return ratio(2 * correct, found + gold);
    }

    private static double ratio(long part, long whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }
}
