package org.limelm.train.compare;

/**
 * A difference between an arm and the baseline, arm minus baseline, with an interval.
 *
 * @param mean the difference of the means over all seeds
 * @param low lower end of the 95 % interval, see {@link PairedBootstrap}
 * @param high upper end of the 95 % interval
 */
public record Difference(double mean, double low, double high) {
    /** Returns whether the interval excludes 0. */
    public boolean excludesZero() {
        return low > 0 || high < 0;
    }
}
