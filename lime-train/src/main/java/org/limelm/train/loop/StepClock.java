package org.limelm.train.loop;

import java.util.OptionalDouble;
import java.util.function.LongUnaryOperator;
import org.limelm.train.optim.StepOutcome;
import org.limelm.train.record.StepMetrics;

/**
 * Measures training time and throughput. Evaluations and checkpoints are excluded by enclosing them
 * in {@link #pause} and {@link #resume}.
 */
final class StepClock {
    private final LongUnaryOperator tokensAfter;
    private final double flopsPerToken;
    private final OptionalDouble peakFlops;
    private final double secondsBefore;
    private double seconds;
    private double secondsAtLog;
    private long stepsAtLog;
    private final long firstStep;
    private long startedNanos;

    /**
     * Starts the clock.
     *
     * @param tokensAfter number of tokens after a number of steps
     * @param peakFlops peak operations per second of the machine, if measured
     * @param firstStep steps done before this part of the run
     * @param secondsBefore training time before this part of the run
     */
    StepClock(
            LongUnaryOperator tokensAfter,
            double flopsPerToken,
            OptionalDouble peakFlops,
            long firstStep,
            double secondsBefore) {
        this.tokensAfter = tokensAfter;
        this.flopsPerToken = flopsPerToken;
        this.peakFlops = peakFlops;
        this.firstStep = firstStep;
        this.stepsAtLog = firstStep;
        this.secondsBefore = secondsBefore;
        resume();
    }

    void pause() {
        seconds += (System.nanoTime() - startedNanos) / 1e9;
    }

    void resume() {
        startedNanos = System.nanoTime();
    }

    /** Returns the training time of all parts of the run. */
    double totalSeconds() {
        return secondsBefore + secondsNow();
    }

    /** Returns the tokens per second of this part of the run, up to the given step. */
    double averageTokensPerSecond(long step) {
        return tokensBetween(firstStep, step) / Math.max(1e-9, secondsNow());
    }

    private double secondsNow() {
        return seconds + (System.nanoTime() - startedNanos) / 1e9;
    }

    /** Returns the metrics of a step, with throughput since the last call. */
    StepMetrics metrics(long step, long totalSteps, double learningRate, StepOutcome outcome) {
        double now = secondsNow();
        double speed = tokensBetween(stepsAtLog, step) / Math.max(1e-9, now - secondsAtLog);
        secondsAtLog = now;
        stepsAtLog = step;
        OptionalDouble share =
                peakFlops.isPresent()
                        ? OptionalDouble.of(speed * flopsPerToken / peakFlops.getAsDouble())
                        : OptionalDouble.empty();
        return new StepMetrics(
                step,
                tokensAfter.applyAsLong(step),
                outcome.loss(),
                learningRate,
                outcome.gradientNorm(),
                outcome.health(),
                speed,
                share,
                totalSeconds(),
                tokensBetween(step, totalSteps) / Math.max(1e-9, speed));
    }

    private double tokensBetween(long from, long to) {
        return (double) tokensAfter.applyAsLong(to) - tokensAfter.applyAsLong(from);
    }
}
