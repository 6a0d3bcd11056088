package org.limelm.train.optim;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Notices a gradient norm far above those of the last {@value #WINDOW} steps. A norm that was
 * noticed still joins the window, so that a level that has changed for good is soon the normal one.
 *
 * <p>The window is the whole state: saved and given back, it decides the same.
 */
public final class SpikeDetector {
    private static final int WINDOW = 128;
    private static final int NEEDED = 32;

    private final double sigma;
    private final Deque<Double> window = new ArrayDeque<>();

    /**
     * Makes a detector.
     *
     * @param sigma deviations above the mean that make a spike; 0 = nothing is one
     * @param history the last norms of the run so far, oldest first
     */
    public SpikeDetector(double sigma, List<Double> history) {
        this.sigma = sigma;
        window.addAll(history);
    }

    /** Adds a finite norm, and returns whether it is a spike beside those before it. */
    public boolean isSpike(double norm) {
        boolean spike = sigma > 0 && window.size() >= NEEDED && norm > mean() + sigma * deviation();
        window.addLast(norm);
        if (window.size() > WINDOW) {
            window.removeFirst();
        }
        return spike;
    }

    /** Returns the last norms, oldest first. */
    public List<Double> history() {
        return List.copyOf(window);
    }

    private double mean() {
        return window.stream().mapToDouble(Double::doubleValue).sum() / window.size();
    }

    private double deviation() {
        double mean = mean();
        double squares = window.stream().mapToDouble(norm -> (norm - mean) * (norm - mean)).sum();
        return Math.sqrt(squares / (window.size() - 1));
    }
}
