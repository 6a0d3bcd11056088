package org.limelm.train.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The accuracy of a run as a non-decreasing function of the training tokens: the isotonic
 * least-squares fit of the measured accuracies, by pooling adjacent violators (Ayer, Brunk, Ewing,
 * Reid and Silverman 1955, <i>An empirical distribution function for sampling with incomplete
 * information</i>, Annals of Mathematical Statistics 26), and linear in the logarithm of the tokens
 * between the measured points.
 */
final class AccuracyCurve {
    private final List<CurvePoint> points;
    private final double[] fitted;

    /**
     * Fits a curve.
     *
     * @param points measured points, ascending in tokens; at least one
     */
    AccuracyCurve(List<CurvePoint> points) {
        this.points = points;
        this.fitted = fit(points.stream().mapToDouble(CurvePoint::accuracy).toArray());
    }

    /** Returns the non-decreasing sequence with the least sum of squared distances. */
    static double[] fit(double[] values) {
        List<Block> blocks = new ArrayList<>();
        for (double value : values) {
            Block last = new Block(value, 1);
            while (!blocks.isEmpty() && blocks.get(blocks.size() - 1).mean() >= last.mean()) {
                last = blocks.remove(blocks.size() - 1).merge(last);
            }
            blocks.add(last);
        }
        double[] fitted = new double[values.length];
        int at = 0;
        for (Block block : blocks) {
            for (int i = 0; i < block.size(); i++) {
                fitted[at++] = block.mean();
            }
        }
        return fitted;
    }

    private record Block(double mean, int size) {
        Block merge(Block next) {
            int total = size + next.size;
            return new Block((mean * size + next.mean * next.size) / total, total);
        }
    }

    /** Returns the fitted accuracy after the last point. */
    double last() {
        return fitted[fitted.length - 1];
    }

    /** Returns whether the first point has an accuracy, which may have been reached before it. */
    boolean beginsAt(double accuracy) {
        return fitted[0] >= accuracy;
    }

    /**
     * Returns the tokens after which the curve reaches an accuracy; empty if it never does. Where
     * the curve {@linkplain #beginsAt begins} at the accuracy, they are those of the first point,
     * an upper bound.
     */
    OptionalDouble tokensToReach(double accuracy) {
        for (int i = 0; i < fitted.length; i++) {
            if (fitted[i] >= accuracy) {
                double after = points.get(i).tokens();
                if (i == 0) {
                    return OptionalDouble.of(after);
                }
                double share = (accuracy - fitted[i - 1]) / (fitted[i] - fitted[i - 1]);
                double before = points.get(i - 1).tokens();
                return OptionalDouble.of(before * Math.pow(after / before, share));
            }
        }
        return OptionalDouble.empty();
    }
}
