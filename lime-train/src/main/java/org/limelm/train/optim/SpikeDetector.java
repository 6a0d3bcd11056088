package org.limelm.train.optim;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * Computes the gradient norm above which a step is a spike, from the norms of recent steps up to
 * the last but one. The last step is excluded because its norm may not be known yet when the next
 * step is queued; thus the limit does not depend on when norms become known. Norms of spikes enter
 * the window too, so that the detector adapts to a permanent change of level.
 *
 * <p>The window and the number of the last step are the complete state: restoring them gives the
 * same limits.
 */
public final class SpikeDetector {
    /** Number of remembered steps, including the last, which is excluded from the statistics. */
    private static final int WINDOW = 129;

    private static final int MIN_NORMS = 32;

    private final double sigma;
    private final Deque<Double> window = new ArrayDeque<>(); // of the steps up to lastStep
    private long lastStep;

    /**
     * Creates a detector.
     *
     * @param sigma standard deviations above the mean that make a spike; 0 = off
     * @param lastStep number of steps taken so far
     * @param history the norms of the most recent steps, oldest first
     */
    public SpikeDetector(double sigma, long lastStep, List<Double> history) {
        this.sigma = sigma;
        this.lastStep = lastStep;
        window.addAll(history);
    }

    /** Adds the norm of the next step, which may be non-finite. */
    public void add(double norm) {
        window.addLast(norm);
        if (window.size() > WINDOW) {
            window.removeFirst();
        }
        lastStep++;
    }

    /**
     * Returns the largest norm that is not a spike, or infinity while too few norms are known.
     *
     * @param step number of the step to check, from 1; the norms of all earlier steps but the last
     *     must have been added
     */
    public double limit(long step) {
        if (step - lastStep < 1 || step - lastStep > 2) {
            throw new IllegalStateException(
                    "Cannot compute the limit of step "
                            + step
                            + " from norms up to step "
                            + lastStep);
        }
        int end = window.size() - (step - lastStep == 1 && !window.isEmpty() ? 1 : 0);
        double[] norms =
                window.stream()
                        .limit(end)
                        .skip(Math.max(0, end - (WINDOW - 1)))
                        .mapToDouble(Double::doubleValue)
                        .filter(Double::isFinite)
                        .toArray();
        if (sigma == 0 || norms.length < MIN_NORMS) {
            return Double.POSITIVE_INFINITY;
        }
        double mean = Arrays.stream(norms).sum() / norms.length;
        double squares = Arrays.stream(norms).map(norm -> (norm - mean) * (norm - mean)).sum();
        return mean + sigma * Math.sqrt(squares / (norms.length - 1));
    }

    /** Returns the norms of the most recent steps, oldest first; may contain non-finite values. */
    public List<Double> history() {
        return List.copyOf(window);
    }
}
