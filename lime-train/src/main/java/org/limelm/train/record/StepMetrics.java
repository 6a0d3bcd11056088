package org.limelm.train.record;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalDouble;
import org.limelm.train.optim.StepHealth;

/**
 * One line of {@code metrics.jsonl}.
 *
 * @param step number of completed optimizer steps, including this one
 * @param tokens number of tokens trained on so far, over all processes
 * @param loss mean cross-entropy of the step's batch, nats per token, before the update
 * @param learningRate learning rate of the step
 * @param gradientNorm global norm before clipping
 * @param health result of the step check
 * @param tokensPerSecond throughput since the last logged line
 * @param peakShare achieved operations per second divided by the measured matmul peak; empty if not
 *     measured
 * @param seconds training time of this process so far
 * @param etaSeconds expected time to the last step
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record StepMetrics(
        long step,
        long tokens,
        double loss,
        double learningRate,
        double gradientNorm,
        StepHealth health,
        double tokensPerSecond,
        OptionalDouble peakShare,
        double seconds,
        double etaSeconds) {

    /** Returns a line for the console. */
    public String line(long totalSteps) {
        return String.format(
                Locale.ROOT,
                "step %,d/%,d  loss %.4f  lr %.2e  |g| %.3f  %,.0f tok/s%s  ETA %s%s",
                step,
                totalSteps,
                loss,
                learningRate,
                gradientNorm,
                tokensPerSecond,
                peakShare.isPresent()
                        ? String.format(
                                Locale.ROOT,
                                "  %.0f %% of peak%s",
                                100 * peakShare.getAsDouble(),
                                peakShare.getAsDouble() > 1 ? " (measured too low)" : "")
                        : "",
                clock(Duration.ofMillis((long) (etaSeconds * 1000))),
                health == StepHealth.GOOD ? "" : "  SKIPPED: " + health.label());
    }

    private static String clock(Duration time) {
        return time.toHours() > 0
                ? String.format(Locale.ROOT, "%dh%02dm", time.toHours(), time.toMinutesPart())
                : String.format(Locale.ROOT, "%dm%02ds", time.toMinutes(), time.toSecondsPart());
    }
}
