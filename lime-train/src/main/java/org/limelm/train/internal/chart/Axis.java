package org.limelm.train.internal.chart;

import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/**
 * An axis whose ticks are round numbers: multiples of 1, 2 or 5 times a power of ten.
 *
 * @param low value at its beginning
 * @param high value at its end
 * @param step distance of two ticks
 */
record Axis(double low, double high, double step) {
    /** Relative error of the arithmetic. */
    private static final double ROUNDING = 1e-9;

    private static final double THOUSAND = 1e3;
    private static final double MILLION = 1e6;

    /**
     * Returns an axis from the least to the greatest finite value, which need not be ticks.
     *
     * @param ticks desired number of ticks
     */
    static Axis spanning(DoubleStream values, int ticks) {
        double[] finite = values.filter(Double::isFinite).toArray();
        Axis covering = covering(DoubleStream.of(finite), ticks);
        double low = DoubleStream.of(finite).min().orElse(covering.low);
        double high = DoubleStream.of(finite).max().orElse(covering.high);
        return high > low ? new Axis(low, high, covering.step) : covering;
    }

    /**
     * Returns an axis that covers all finite values and begins and ends with a tick.
     *
     * @param ticks desired number of ticks
     */
    static Axis covering(DoubleStream values, int ticks) {
        DoubleSummaryStatistics all = values.filter(Double::isFinite).summaryStatistics();
        if (all.getCount() == 0) {
            return new Axis(0, 1, 1);
        }
        double width = all.getMax() - all.getMin();
        double step = round(width > 0 ? width / ticks : Math.max(1e-3, Math.abs(all.getMax())));
        double low = Math.floor(all.getMin() / step + ROUNDING) * step;
        double high = Math.ceil(all.getMax() / step - ROUNDING) * step;
        return new Axis(low, high > low ? high : low + step, step);
    }

    /** Returns the smallest of 1, 2, 5 × 10ⁿ that is not below a value. */
    private static double round(double value) {
        double power = Math.pow(10, Math.floor(Math.log10(value)));
        for (double factor : new double[] {1, 2, 5}) {
            if (factor * power >= value * (1 - ROUNDING)) {
                return factor * power;
            }
        }
        return 10 * power;
    }

    /** Returns the ticks, ascending. */
    List<Double> ticks() {
        List<Double> ticks = new ArrayList<>();
        long last = (long) Math.floor(high / step + ROUNDING);
        for (long i = (long) Math.ceil(low / step - ROUNDING); i <= last; i++) {
            ticks.add(i * step);
        }
        return ticks;
    }

    /** Returns where a value lies, from 0 at the low end to 1 at the high end. */
    double share(double value) {
        return (value - low) / (high - low);
    }

    /** Returns a value as a label with as many digits as the ticks need. */
    String label(double value) {
        double size = Math.max(Math.abs(low), Math.abs(high));
        if (size >= MILLION) {
            return number(value / MILLION, step / MILLION) + "M";
        }
        return size >= 10 * THOUSAND
                ? number(value / THOUSAND, step / THOUSAND) + "k"
                : number(value, step);
    }

    private static String number(double value, double step) {
        int decimals = Math.max(0, (int) Math.ceil(-Math.log10(step) - ROUNDING));
        String text = String.format(Locale.ROOT, "%." + decimals + "f", value);
        return text.matches("-0(\\.0*)?") ? text.substring(1) : text.replace('-', '−');
    }
}
