package org.limelm.train.compare;

import java.util.Locale;

/** Formats the figures of a comparison for its tables. */
final class Cells {
    /** A cell without a figure. */
    static final String NONE = "–";

    private Cells() {}

    /** Returns a number in a printf pattern. */
    static String number(String pattern, double value) {
        return String.format(Locale.ROOT, pattern, value);
    }

    /** Returns a count with separators. */
    static String count(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    /** Returns the mean and, of several seeds, the standard deviation: {@code 1.504 ± 0.003}. */
    static String spread(String pattern, Spread spread) {
        String mean = number(pattern, spread.mean());
        return spread.standardDeviation().isPresent()
                ? mean + " ± " + number(pattern, spread.standardDeviation().getAsDouble())
                : mean;
    }

    /** Returns the mean and, of several seeds, the smallest and largest value. */
    static String range(String pattern, Spread spread, double unit) {
        String mean = number(pattern, spread.mean() * unit);
        return spread.bySeed().size() > 1
                ? mean
                        + " ("
                        + number(pattern, spread.minimum() * unit)
                        + " to "
                        + number(pattern, spread.maximum() * unit)
                        + ")"
                : mean;
    }

    /** Returns a difference with its interval: {@code −0.066 [−0.071, −0.060]}. */
    static String difference(String pattern, Difference difference, double unit) {
        return minus(
                number(pattern, difference.mean() * unit)
                        + " ["
                        + number(pattern, difference.low() * unit)
                        + ", "
                        + number(pattern, difference.high() * unit)
                        + "]");
    }

    /** Returns the text with typographic minus signs. */
    static String minus(String text) {
        return text.replace('-', '−');
    }
}
