package org.limelm.train.compare;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.limelm.core.random.SplitMix64;
import org.limelm.train.evaluation.Sums;

/**
 * Intervals for the difference of two arms that were scored on the same text with the same seeds.
 *
 * <p>The scores form a table of seeds × units of text, in which both factors are samples: seeds of
 * possible seeds, units of possible text. Each replicate draws seeds and units independently, with
 * replacement, and takes the difference of the two arms over the drawn cells; the same cells for
 * both arms, which pairs them by seed and unit. The interval is the percentile interval from 2.5 %
 * to 97.5 % of the replicates.
 *
 * <p>Sources: the independent draws of rows and columns are the pigeonhole bootstrap of Owen (2007,
 * <i>The pigeonhole bootstrap</i>, Annals of Applied Statistics 1). n − 1 of n are drawn, so that
 * the variance is approximately unbiased, and conservative, for as few as two seeds (Rao and Wu
 * 1988, <i>Resampling inference with complex survey data</i>, JASA 83). With one seed, only the
 * units are drawn, and the interval says nothing about other seeds.
 */
final class PairedBootstrap {
    private static final double TAIL = 0.025;

    private final List<List<Sums>> baseline;
    private final List<List<Sums>> arm;
    private final int replicates;

    /** A figure of a replicate. */
    interface Statistic {
        /**
         * Returns the figure.
         *
         * @param seeds how often each seed is drawn
         * @param units how often each unit is drawn
         */
        double of(int[] seeds, int[] units);
    }

    /** The percentile interval of a figure that may be infinite. */
    record Interval(double value, double low, double high) {}

    /**
     * Prepares a bootstrap.
     *
     * @param baseline scores of the baseline by seed and unit
     * @param arm scores of the arm by the same seeds and units
     * @param replicates number of replicates
     * @throws IllegalArgumentException if the tables differ in size or are empty
     */
    PairedBootstrap(List<List<Sums>> baseline, List<List<Sums>> arm, int replicates) {
        this.baseline = baseline;
        this.arm = arm;
        this.replicates = replicates;
        boolean sameSize =
                baseline.size() == arm.size()
                        && baseline.stream().map(List::size).distinct().count() == 1
                        && baseline.get(0).size() == arm.get(0).size();
        if (!sameSize || baseline.get(0).isEmpty()) {
            throw new IllegalArgumentException("tables of unequal or zero size");
        }
    }

    /**
     * Returns the difference of a figure, arm minus baseline.
     *
     * @param figure computed from the sums over all drawn seeds and units
     */
    Difference of(ToDoubleFunction<Sums> figure) {
        Interval interval = of((seeds, units) -> difference(figure, seeds, units));
        return new Difference(interval.value(), interval.low(), interval.high());
    }

    /** Returns a figure over everything and its interval over the replicates. */
    Interval of(Statistic statistic) {
        double[] replicated = new double[replicates];
        for (int r = 0; r < replicates; r++) {
            int[] drawnSeeds = draw(seeds(), SplitMix64.hash(r, 0));
            int[] drawnUnits = draw(units(), SplitMix64.hash(r, 1));
            replicated[r] = statistic.of(drawnSeeds, drawnUnits);
        }
        Arrays.sort(replicated);
        return new Interval(
                statistic.of(ones(seeds()), ones(units())),
                quantile(replicated, TAIL),
                quantile(replicated, 1 - TAIL));
    }

    private int seeds() {
        return baseline.size();
    }

    /** Returns the number of units of text. */
    int units() {
        return baseline.get(0).size();
    }

    /** Returns the difference of a figure over what was drawn, arm minus baseline. */
    double difference(ToDoubleFunction<Sums> figure, int[] seeds, int[] units) {
        return figure.applyAsDouble(total(arm, seeds, units))
                - figure.applyAsDouble(total(baseline, seeds, units));
    }

    /** Returns the sums over a table, each cell counted as often as it was drawn. */
    private static Sums total(List<List<Sums>> table, int[] seeds, int[] units) {
        long tokens = 0;
        long bytes = 0;
        double nats = 0;
        long correct = 0;
        for (int s = 0; s < seeds.length; s++) {
            for (int u = 0; u < units.length && seeds[s] > 0; u++) {
                int times = seeds[s] * units[u];
                Sums cell = table.get(s).get(u);
                tokens += times * cell.tokens();
                bytes += times * cell.bytes();
                nats += times * cell.nats();
                correct += times * cell.correct();
            }
        }
        return new Sums(tokens, bytes, nats, correct);
    }

    /** Returns how often each of n elements is drawn in n − 1 draws, or in one if n = 1. */
    private static int[] draw(int n, long seed) {
        int[] times = new int[n];
        for (int i = 0; i < Math.max(1, n - 1); i++) {
            times[(int) SplitMix64.bounded(SplitMix64.hash(seed, i), n)]++;
        }
        return times;
    }

    /** Returns what draws each of n elements once. */
    static int[] ones(int n) {
        int[] ones = new int[n];
        Arrays.fill(ones, 1);
        return ones;
    }

    /** Returns a quantile of sorted values, interpolated linearly. */
    private static double quantile(double[] sorted, double share) {
        double at = share * (sorted.length - 1);
        int below = (int) at;
        if (at == below || sorted[below] == sorted[below + 1]) { // which may be infinite
            return sorted[below];
        }
        int above = below + 1;
        return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
    }
}
