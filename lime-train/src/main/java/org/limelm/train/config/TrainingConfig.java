package org.limelm.train.config;

import io.soabase.recordbuilder.core.RecordBuilder;
import org.limelm.core.ConfigException;
import org.limelm.core.config.Doc;
import org.limelm.model.decoder.ModelConfig;
import org.limelm.model.decoder.Objective;
import org.limelm.model.decoder.Recompute;
import org.limelm.model.device.Precision;

/** Length of the training, batch size, precision and device. */
@RecordBuilder
public record TrainingConfig(
        @Doc("optimizer steps; 0 = given by tokens or budget") long steps,
        @Doc("tokens to train on, if steps is 0 and budget is none") long tokens,
        @Doc(
                        "rule for the tokens to train on, if steps and tokens are 0: paper (302e9), chinchilla (20 per parameter, not counting metadata tables), or none")
                TokenBudget budget,
        @Doc("sequences per micro step and process") int batchSize,
        @Doc("micro steps whose gradients are averaged in one optimizer step") int accumulation,
        @Doc(
                        "tokens of an optimizer step over all processes, from which accumulation follows; 0 = given by accumulation")
                long globalBatchTokens,
        @Doc("micro steps of later optimizer steps, for larger batches; 0 = same as accumulation")
                int lateAccumulation,
        @Doc("share of the optimizer steps after which lateAccumulation applies") double lateFrom,
        @Doc("precision of the forward and backward pass; weights stay in f32") Precision precision,
        @Doc("layers that recompute their activations to save memory: none, all, or n = every n-th")
                Recompute recompute,
        @Doc("auto, cpu, cuda or cuda:N; an unavailable device is an error") String device,
        @Doc("threads of the tensor library; 0 = one per core") int threads,
        @Doc("coefficient of the auxiliary loss mean((ln sum exp logits)^2); 0 = off") double zLoss,
        @Doc("on a non-finite loss or gradient: skip the step, or abort") OnNonFinite onNonFinite,
        @Doc(
                        "skip a step whose gradient norm is this many standard deviations above the mean; 0 = never")
                double spikeSigma,
        @Doc("first take one step without updating the weights, to check that memory suffices")
                boolean dryRun)
        implements TrainingConfigBuilder.With {
    /** What happens if a loss or a gradient is not finite. */
    public enum OnNonFinite {
        /** The weights are left unchanged, and training continues with the next batch. */
        SKIP,
        /** The weights are left unchanged, and training fails. */
        ABORT
    }

    /** Checks the ranges. */
    public TrainingConfig {
        if (steps < 0 || tokens < 0 || countSet(steps, tokens, budget) != 1) {
            throw new ConfigException(
                    "[training] steps %d, tokens %d and budget %s, expected exactly one of them to be set. Hint: set the others to steps=0, tokens=0, budget=none"
                            .formatted(steps, tokens, budget.label()));
        }
        atLeast("batchSize", batchSize, 1);
        atLeast("accumulation", accumulation, 1);
        atLeast("lateAccumulation", lateAccumulation, 0);
        if (globalBatchTokens < 0) {
            throw new ConfigException(
                    "[training] globalBatchTokens " + globalBatchTokens + ", expected 0 or more");
        }
        if (globalBatchTokens > 0 && lateAccumulation > 0) {
            throw new ConfigException(
                    "[training] globalBatchTokens %d with lateAccumulation %d, expected at most one of them"
                            .formatted(globalBatchTokens, lateAccumulation));
        }
        if (!(lateFrom >= 0 && lateFrom <= 1)) {
            throw new ConfigException("[training] lateFrom " + lateFrom + ", expected 0 … 1");
        }
        atLeast("threads", threads, 0);
        new Objective(zLoss, 0);
        if (!(spikeSigma >= 0)) {
            throw new ConfigException("[training] spikeSigma " + spikeSigma + ", expected >= 0");
        }
    }

    private static int countSet(long steps, long tokens, TokenBudget budget) {
        return (steps != 0 ? 1 : 0) + (tokens != 0 ? 1 : 0) + (budget != TokenBudget.NONE ? 1 : 0);
    }

    private static void atLeast(String key, int value, int minimum) {
        if (value < minimum) {
            throw new ConfigException(
                    "[training] " + key + " " + value + ", expected at least " + minimum);
        }
    }

    /** Returns the training objective without that of the arm. */
    public Objective objective() {
        return new Objective(zLoss, 0);
    }

    /** Returns the number of tokens in one micro step, summed over all processes. */
    public long tokensPerMicroStep(int contextLength, int worldSize) {
        return (long) batchSize * contextLength * worldSize;
    }

    /**
     * Returns a copy in which {@code globalBatchTokens}, if set, has determined {@code
     * accumulation}.
     *
     * @param worldSize number of processes
     * @throws ConfigException if the tokens are not a multiple of those of a micro step, or another
     *     accumulation is set
     */
    public TrainingConfig forProcesses(int contextLength, int worldSize) {
        if (globalBatchTokens == 0) {
            return this;
        }
        long micro = tokensPerMicroStep(contextLength, worldSize);
        if (globalBatchTokens % micro != 0) {
            long above = (globalBatchTokens / micro + 1) * micro;
            throw new ConfigException(
                    "[training] globalBatchTokens %,d, expected a multiple of %,d: %d rows of %,d tokens in %d processes. Hint: the next multiple is %d"
                            .formatted(
                                    globalBatchTokens,
                                    micro,
                                    batchSize,
                                    contextLength,
                                    worldSize,
                                    above));
        }
        int needed = Math.toIntExact(globalBatchTokens / micro);
        if (accumulation != 1 && accumulation != needed) {
            throw new ConfigException(
                    "[training] accumulation %d, but globalBatchTokens %,d needs %d in %d processes. Hint: set accumulation=1, or globalBatchTokens=0"
                            .formatted(accumulation, globalBatchTokens, needed, worldSize));
        }
        return withAccumulation(needed);
    }

    /**
     * Returns the number of tokens in one optimizer step, summed over all processes; of an early
     * step if {@code lateAccumulation} is set.
     */
    public long tokensPerStep(int contextLength, int worldSize) {
        return accumulation * tokensPerMicroStep(contextLength, worldSize);
    }

    /** Returns the micro steps of each step in a run with the given number of steps. */
    public Accumulation accumulation(long totalSteps) {
        return lateAccumulation == 0
                ? Accumulation.of(accumulation)
                : new Accumulation(
                        accumulation, lateAccumulation, Math.round(lateFrom * totalSteps));
    }

    /**
     * Returns the number of optimizer steps.
     *
     * @param model the architecture, with the vocabulary size used in training
     * @param worldSize number of processes
     */
    public long totalSteps(ModelConfig model, int worldSize) {
        if (steps > 0) {
            return steps;
        }
        long targetTokens = budget == TokenBudget.NONE ? tokens : budget.tokens(model);
        double late = lateAccumulation == 0 ? accumulation : lateAccumulation;
        double microSteps = lateFrom * accumulation + (1 - lateFrom) * late;
        double tokensPerStep = microSteps * tokensPerMicroStep(model.contextLength(), worldSize);
        return Math.max(1, (long) (targetTokens / tokensPerStep));
    }

    /** Returns the default values. */
    public static TrainingConfig defaults() {
        return TrainingConfigBuilder.builder()
                .steps(1000)
                .tokens(0)
                .budget(TokenBudget.NONE)
                .batchSize(16)
                .accumulation(1)
                .globalBatchTokens(0)
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

    /** Returns a copy with a number of optimizer steps instead of {@code tokens} or a budget. */
    @Override
    public TrainingConfig withSteps(long steps) {
        return with(training -> training.steps(steps).tokens(0).budget(TokenBudget.NONE));
    }
}
