package org.limelm.train.config;

import io.soabase.recordbuilder.core.RecordBuilder;
import org.limelm.core.ConfigException;
import org.limelm.core.config.Doc;

/** The learning rate schedule, as a factor of {@code optimizer.learningRate} per step. */
@RecordBuilder
public record ScheduleConfig(
        @Doc("cosine, wsd (warm-up, stable, decay), linear, or constant") Kind kind,
        @Doc("steps of the linear warm-up from 0; 0 = use warmupFraction") long warmupSteps,
        @Doc("warm-up as a share of all steps, if warmupSteps is 0") double warmupFraction,
        @Doc("factor at the last step") double minFactor,
        @Doc("share of all steps in which wsd decays") double decayFraction)
        implements ScheduleConfigBuilder.With {
    /** The shape of the schedule after the warm-up. */
    public enum Kind {
        /** Half a cosine from 1 to the minimum (Loshchilov and Hutter 2017, without restarts). */
        COSINE,
        /** Constant, then a linear decay to the minimum (Hu et al. 2024, MiniCPM). */
        WSD,
        /** A linear decay from 1 to the minimum. */
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

    /** Returns the number of warm-up steps in a run with the given number of steps. */
    public long warmupSteps(long totalSteps) {
        return warmupSteps > 0 ? warmupSteps : (long) Math.ceil(warmupFraction * totalSteps);
    }

    /** Returns the default values. */
    public static ScheduleConfig defaults() {
        return ScheduleConfigBuilder.builder()
                .kind(Kind.LINEAR)
                .warmupSteps(100)
                .warmupFraction(0)
                .minFactor(0)
                .decayFraction(0.4)
                .build();
    }
}
