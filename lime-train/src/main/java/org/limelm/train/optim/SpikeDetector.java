package org.limelm.train.optim;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * Says above which gradient norm a step is a spike: far above the norms of the steps up to the last
 * but one. The last one is left out, as it may not be known yet when the next is queued; so the
 * limit does not depend on when norms become known. The norm of a spike joins the window too, so
 * that a level that has changed for good is soon the normal one.
 *
 * <p>The window and the number of the last step are the whole state: given back, the limits are the
 * same.
 */
public final class SpikeDetector {
    /** Steps that are remembered: those that count, and the last. */
    private static final int WINDOW = 129;

    private static final int NEEDED = 32;

    private final double sigma;
    private final Deque<Double> window = new ArrayDeque<>(); // of the steps up to lastStep
    private long lastStep;

    /**
     * Makes a detector.
     *
     * @param sigma deviations above the mean that make a spike; 0 = nothing is one
     * @param lastStep number of steps taken so far
     * @param history the norms of the last of them, oldest first
     */
    public SpikeDetector(double sigma, long lastStep, List<Double> history) {
        this.sigma = sigma;
        this.lastStep = lastStep;
        window.addAll(history);
    }

    /** Adds the norm of the next step, finite or not. */
    public void add(double norm) {
        window.addLast(norm);
        if (window.size() > WINDOW) {
            window.removeFirst();
        }
        lastStep++;
    }

    /**
     * Returns the largest norm that is no spike, or infinity while too few are known.
     *
     * @param step the number of the step it is for, from 1; the norms of all steps before the last
     *     one must have been added
     */
    public double limit(long step) {
        if (step - lastStep < 1 || step - lastStep > 2) {
            throw new IllegalStateException(
                    "limit of step " + step + " with norms up to step " + lastStep);
        }
        int end = window.size() - (step - lastStep == 1 && !window.isEmpty() ? 1 : 0);
        double[] norms =
                window.stream()
                        .limit(end)
                        .skip(Math.max(0, end - (WINDOW - 1)))
                        .mapToDouble(Double::doubleValue)
                        .filter(Double::isFinite)
                        .toArray();
        if (sigma == 0 || norms.length < NEEDED) {
            return Double.POSITIVE_INFINITY;
        }
        double mean = Arrays.stream(norms).sum() / norms.length;
        double squares = Arrays.stream(norms).map(norm -> (norm - mean) * (norm - mean)).sum();
        return mean + sigma * Math.sqrt(squares / (norms.length - 1));
    }

    /** Returns the norms of the last steps, oldest first; not finite where a step's was not. */
    public List<Double> history() {
        return List.copyOf(window);
    }
}
