package org.limelm.train.config;

import org.limelm.core.ConfigException;
import org.limelm.core.config.Doc;

/** The learning rate over the steps, as a factor of {@code optimizer.learningRate}. */
public record ScheduleConfig(
        @Doc("cosine, wsd (warm-up, stable, decay), linear, or constant") Kind kind,
        @Doc("steps of the linear warm-up from 0; 0 = as warmupFraction says") long warmupSteps,
        @Doc("share of all steps that is warm-up, when warmupSteps is 0") double warmupFraction,
        @Doc("factor at the last step") double minFactor,
        @Doc("share of all steps in which wsd decays") double decayFraction) {
    /** The shape after the warm-up. */
    public enum Kind {
        /** Half a cosine from 1 to the minimum (Loshchilov and Hutter 2017, without restarts). */
        COSINE,
        /** Constant, then linear to the minimum in the last part (Hu et al. 2024, MiniCPM). */
        WSD,
        /** A straight line from 1 to the minimum. */
        LINEAR,
        /** Always 1. */
        CONSTANT
    }

    /** Checks the ranges. */
    public ScheduleConfig {
        if (warmupSteps < 0) {
            throw new ConfigException("[schedule] warmupSteps " + warmupSteps + ", expected >= 0");
        }
        if (!(warmupFraction >= 0 && warmupFraction <= 1)) {
            throw new ConfigException(
                    "[schedule] warmupFraction " + warmupFraction + ", expected 0 … 1");
        }
        if (warmupSteps > 0 && warmupFraction > 0) {
            throw new ConfigException(
                    "[schedule] warmupSteps "
                            + warmupSteps
                            + " and warmupFraction "
                            + warmupFraction
                            + ", expected at most one of them above 0. Hint: warmupSteps=0");
        }
        if (!(minFactor >= 0 && minFactor <= 1)) {
            throw new ConfigException("[schedule] minFactor " + minFactor + ", expected 0 … 1");
        }
        if (!(decayFraction >= 0 && decayFraction <= 1)) {
            throw new ConfigException(
                    "[schedule] decayFraction " + decayFraction + ", expected 0 … 1");
        }
    }

    /** Returns the steps of the warm-up in a run of so many steps. */
    public long warmupSteps(long totalSteps) {
        return warmupSteps > 0 ? warmupSteps : (long) Math.ceil(warmupFraction * totalSteps);
    }

    /** Returns the values of keys that are not given. */
    public static ScheduleConfig defaults() {
        return new ScheduleConfig(Kind.LINEAR, 100, 0, 0, 0.4);
    }
}
