package org.limelm.train.optim;

import org.limelm.core.ConfigException;
import org.limelm.train.config.ScheduleConfig;

/**
 * The learning rate as a pure function of the step. Steps count from 0. S is the number of steps, w
 * the number of warm-up steps, m the minimum factor, and p = (step − w) / (S − 1 − w) the progress
 * after the warm-up.
 *
 * <ul>
 *   <li>warm-up: (step + 1) / w
 *   <li>cosine: m + (1 − m)·(1 + cos πp) / 2
 *   <li>linear: 1 − (1 − m)·p
 *   <li>wsd: 1 until the last d = round(S · decayFraction) steps, then decreasing by (1 − m) / d
 *       per step to m at the last step
 *   <li>constant: 1
 * </ul>
 */
public final class Schedule {
    private final ScheduleConfig config;
    private final double peak;
    private final long totalSteps;
    private final long warmupSteps;
    private final long decaySteps;

    /**
     * Creates the schedule of a run.
     *
     * @param peak the learning rate at factor 1
     * @throws ConfigException if warm-up and decay are longer than the run
     */
    public Schedule(ScheduleConfig config, double peak, long totalSteps) {
        this.config = config;
        this.peak = peak;
        this.totalSteps = totalSteps;
        this.warmupSteps = config.warmupSteps(totalSteps);
        this.decaySteps =
                config.kind() == ScheduleConfig.Kind.WSD
                        ? Math.round(totalSteps * config.decayFraction())
                        : 0;
        if (warmupSteps + decaySteps > totalSteps) {
            throw new ConfigException(
                    ("[schedule] warm-up of %d and decay of %d steps exceed the run of %d steps."
                                    + " Hint: lower schedule.warmupSteps")
                            .formatted(warmupSteps, decaySteps, totalSteps));
        }
    }

    /** Returns the learning rate of a step. */
    public double learningRate(long step) {
        return peak * factor(step);
    }

    /** Returns the factor of a step, 0 … 1. */
    public double factor(long step) {
        if (step < warmupSteps) {
            return (step + 1.0) / warmupSteps;
        }
        double minimum = config.minFactor();
        double progress =
                Math.min(1, (step - warmupSteps) / Math.max(1.0, totalSteps - 1.0 - warmupSteps));
        return switch (config.kind()) {
            case COSINE -> minimum + (1 - minimum) * (1 + Math.cos(Math.PI * progress)) / 2;
            case LINEAR -> 1 - (1 - minimum) * progress;
            case WSD -> stableThenDecay(step);
            case CONSTANT -> 1;
        };
    }

    private double stableThenDecay(long step) {
        long decayed = Math.min(step, totalSteps - 1) - (totalSteps - decaySteps) + 1;
        return decayed <= 0 ? 1 : 1 - (1 - config.minFactor()) * decayed / decaySteps;
    }
}
