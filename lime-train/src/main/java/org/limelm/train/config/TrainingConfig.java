package org.limelm.train.config;

import io.soabase.recordbuilder.core.RecordBuilder;
import org.limelm.core.ConfigException;
import org.limelm.core.config.Doc;
import org.limelm.model.decoder.ModelConfig;
import org.limelm.model.decoder.Objective;
import org.limelm.model.decoder.Recompute;
import org.limelm.model.device.Precision;

/** How much is trained, in which portions, and on what. */
@RecordBuilder
public record TrainingConfig(
        @Doc("optimizer steps; 0 = as tokens or budget says") long steps,
        @Doc("tokens to train on, when steps is 0 and budget is none") long tokens,
        @Doc(
                        "tokens by a rule, when steps and tokens are 0: paper (302e9), chinchilla (20 per parameter without tables), or none")
                TokenBudget budget,
        @Doc("sequences per micro step and process") int batchSize,
        @Doc("micro steps whose gradients are averaged in one optimizer step") int accumulation,
        @Doc("micro steps of the later optimizer steps, for larger batches late; 0 = accumulation")
                int lateAccumulation,
        @Doc("share of the optimizer steps after which lateAccumulation applies") double lateFrom,
        @Doc("arithmetic of the forward and backward pass; weights stay f32") Precision precision,
        @Doc(
                        "layers that compute their activations twice to save memory: none, all, or n = every n-th")
                Recompute recompute,
        @Doc("auto, cpu, cuda or cuda:N; fails when that device is not there") String device,
        @Doc("threads of the tensor library; 0 = one per core") int threads,
        @Doc("weight of the mean of (ln sum exp logits)^2 in what is minimized; 0 = off")
                double zLoss,
        @Doc("at a non-finite loss or gradient: skip the step, or abort") OnNonFinite onNonFinite,
        @Doc("skip a step whose gradient norm is this many deviations above the mean; 0 = never")
                double spikeSigma,
        @Doc("take one step that changes nothing first, to find out whether the memory suffices")
                boolean dryRun)
        implements TrainingConfigBuilder.With {
    /** What happens when a loss or a gradient is not a number. */
    public enum OnNonFinite {
        /** The weights stay as they are, and training goes on with the next batch. */
        SKIP,
        /** The weights stay as they are, and training ends with an error. */
        ABORT
    }

    /** Checks the ranges. */
    public TrainingConfig {
        if (steps < 0 || tokens < 0 || answers(steps, tokens, budget) != 1) {
            throw new ConfigException(
                    "[training] steps %d, tokens %d and budget %s: expected exactly one of them to say how much is trained. Hint: set the others to steps=0, tokens=0, budget=none"
                            .formatted(steps, tokens, budget.label()));
        }
        atLeast("batchSize", batchSize, 1);
        atLeast("accumulation", accumulation, 1);
        atLeast("lateAccumulation", lateAccumulation, 0);
        if (!(lateFrom >= 0 && lateFrom <= 1)) {
            throw new ConfigException("[training] lateFrom " + lateFrom + ", expected 0 … 1");
        }
        atLeast("threads", threads, 0);
        new Objective(zLoss);
        if (!(spikeSigma >= 0)) {
            throw new ConfigException("[training] spikeSigma " + spikeSigma + ", expected >= 0");
        }
    }

    private static int answers(long steps, long tokens, TokenBudget budget) {
        return (steps != 0 ? 1 : 0) + (tokens != 0 ? 1 : 0) + (budget != TokenBudget.NONE ? 1 : 0);
    }

    private static void atLeast(String key, int value, int minimum) {
        if (value < minimum) {
            throw new ConfigException(
                    "[training] " + key + " " + value + ", expected at least " + minimum);
        }
    }

    /** Returns what a step minimizes. */
    public Objective objective() {
        return new Objective(zLoss);
    }

    /** Returns the number of tokens of one micro step over all processes. */
    public long tokensPerMicroStep(int contextLength, int worldSize) {
        return (long) batchSize * contextLength * worldSize;
    }

    /**
     * Returns the number of tokens of one optimizer step over all processes; of an early one where
     * batches grow.
     */
    public long tokensPerStep(int contextLength, int worldSize) {
        return accumulation * tokensPerMicroStep(contextLength, worldSize);
    }

    /** Returns the micro steps of every step of a run of so many steps. */
    public Accumulation accumulation(long totalSteps) {
        return lateAccumulation == 0
                ? Accumulation.of(accumulation)
                : new Accumulation(
                        accumulation, lateAccumulation, Math.round(lateFrom * totalSteps));
    }

    /**
     * Returns the number of optimizer steps.
     *
     * @param model the architecture with the vocabulary that is trained
     * @param worldSize number of processes
     */
    public long totalSteps(ModelConfig model, int worldSize) {
        if (steps > 0) {
            return steps;
        }
        long asked = budget == TokenBudget.NONE ? tokens : budget.tokens(model);
        double late = lateAccumulation == 0 ? accumulation : lateAccumulation;
        double microSteps = lateFrom * accumulation + (1 - lateFrom) * late;
        double tokensPerStep = microSteps * tokensPerMicroStep(model.contextLength(), worldSize);
        return Math.max(1, (long) (asked / tokensPerStep));
    }

    /** Returns the values of keys that are not given. */
    public static TrainingConfig defaults() {
        return TrainingConfigBuilder.builder()
                .steps(1000)
                .tokens(0)
                .budget(TokenBudget.NONE)
                .batchSize(16)
                .accumulation(1)
                .lateAccumulation(0)
                .lateFrom(0.5)
                .precision(Precision.F32)
                .recompute(Recompute.NONE)
                .device("auto")
                .threads(0)
                .zLoss(0)
                .onNonFinite(OnNonFinite.SKIP)
                .spikeSigma(6)
                .dryRun(true)
                .build();
    }

    /** Returns this with a number of optimizer steps, whatever said it before. */
    @Override
    public TrainingConfig withSteps(long steps) {
        return with(training -> training.steps(steps).tokens(0).budget(TokenBudget.NONE));
    }
}
