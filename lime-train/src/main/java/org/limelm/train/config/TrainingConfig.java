package org.limelm.train.config;

import org.limelm.core.ConfigException;
import org.limelm.core.config.Doc;
import org.limelm.model.decoder.Recompute;
import org.limelm.model.torch.Precision;

/** How much is trained, in which portions, and on what. */
public record TrainingConfig(
        @Doc("optimizer steps; 0 = as many as tokens asks for") long steps,
        @Doc("tokens to train on when steps is 0") long tokens,
        @Doc("sequences per micro step and process") int batchSize,
        @Doc("micro steps whose gradients are averaged in one optimizer step") int accumulation,
        @Doc("arithmetic of the forward and backward pass; weights stay f32") Precision precision,
        @Doc(
                        "layers that compute their activations twice to save memory: none, all, or n = every n-th")
                String recompute,
        @Doc("auto, cpu, cuda or cuda:N; fails when that device is not there") String device,
        @Doc("threads of the tensor library; 0 = one per core") int threads,
        @Doc("at a non-finite loss or gradient: skip the step, or abort") OnNonFinite onNonFinite,
        @Doc("skip a step whose gradient norm is this many deviations above the mean; 0 = never")
                double spikeSigma) {
    /** What happens when a loss or a gradient is not a number. */
    public enum OnNonFinite {
        /** The weights stay as they are, and training goes on with the next batch. */
        SKIP,
        /** The weights stay as they are, and training ends with an error. */
        ABORT
    }

    /** Checks the ranges. */
    public TrainingConfig {
        if (steps < 0 || tokens < 0 || (steps == 0) == (tokens == 0)) {
            throw new ConfigException(
                    "[training] steps "
                            + steps
                            + " and tokens "
                            + tokens
                            + ", expected one of them to be more than 0 and the other 0");
        }
        atLeast("batchSize", batchSize, 1);
        atLeast("accumulation", accumulation, 1);
        Recompute.parse(recompute);
        atLeast("threads", threads, 0);
        if (!(spikeSigma >= 0)) {
            throw new ConfigException("[training] spikeSigma " + spikeSigma + ", expected >= 0");
        }
    }

    private static void atLeast(String key, int value, int minimum) {
        if (value < minimum) {
            throw new ConfigException(
                    "[training] " + key + " " + value + ", expected at least " + minimum);
        }
    }

    /** Returns the number of tokens of one optimizer step over all processes. */
    public long tokensPerStep(int contextLength, int worldSize) {
        return (long) batchSize * accumulation * contextLength * worldSize;
    }

    /** Returns the number of optimizer steps. */
    public long totalSteps(int contextLength, int worldSize) {
        long perStep = tokensPerStep(contextLength, worldSize);
        return steps > 0 ? steps : Math.max(1, tokens / perStep);
    }

    /** Returns the values of keys that are not given. */
    public static TrainingConfig defaults() {
        return new TrainingConfig(
                1000, 0, 16, 1, Precision.F32, "none", "auto", 0, OnNonFinite.SKIP, 6);
    }

    /** Returns this with another answer to numbers that are not finite. */
    public TrainingConfig withOnNonFinite(OnNonFinite other) {
        return new TrainingConfig(
                steps,
                tokens,
                batchSize,
                accumulation,
                precision,
                recompute,
                device,
                threads,
                other,
                spikeSigma);
    }
}
