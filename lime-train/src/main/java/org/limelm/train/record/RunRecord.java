package org.limelm.train.record;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.limelm.train.config.LoggingConfig;
import org.limelm.train.evaluation.EvaluationResult;
import org.limelm.train.optim.StepOutcome;

/**
 * The log files of a run: {@code metrics.jsonl}, {@code eval.jsonl}, {@code anomalies.jsonl} and
 * TensorBoard event files. When a run is resumed, lines of later steps are dropped.
 */
public final class RunRecord implements AutoCloseable {
    private final JsonLog metrics;
    private final JsonLog evaluations;
    private final JsonLog anomalies;
    private final Optional<EventFile> events;

    /** A skipped step and its documents. */
    private record Anomaly(
            long step,
            String health,
            String loss,
            String gradientNorm,
            List<List<String>> documents) {}

    /**
     * Opens the files for appending.
     *
     * @param stepsDone lines of later steps are dropped
     */
    public RunRecord(RunFolder folder, LoggingConfig config, long stepsDone) {
        metrics = new JsonLog(folder.metrics(), stepsDone);
        evaluations = new JsonLog(folder.evaluations(), stepsDone);
        anomalies = new JsonLog(folder.anomalies(), stepsDone);
        events =
                config.tensorboard()
                        ? Optional.of(new EventFile(folder.tensorboard(), stepsDone + 1))
                        : Optional.empty();
    }

    /** Writes the metrics of a step. */
    public void step(StepMetrics step) {
        metrics.append(step);
        Map<String, Double> curves = new LinkedHashMap<>();
        curves.put("train/loss", step.loss());
        curves.put("train/learning_rate", step.learningRate());
        curves.put("train/gradient_norm", step.gradientNorm());
        curves.put("speed/tokens_per_second", step.tokensPerSecond());
        step.peakShare().ifPresent(share -> curves.put("speed/peak_share", share));
        events.ifPresent(file -> file.scalars(step.step(), curves));
    }

    /**
     * Writes an evaluation.
     *
     * @param step completed optimizer steps
     * @param tokens tokens trained on so far
     */
    public void evaluation(long step, long tokens, EvaluationResult result) {
        evaluations.append(new EvaluationEntry(step, tokens, result));
        Map<String, Double> curves = new LinkedHashMap<>();
        curves.put("eval/loss", result.loss());
        curves.put("eval/bits_per_byte", result.bitsPerByte());
        curves.put("eval/accuracy", result.accuracy());
        events.ifPresent(file -> file.scalars(step, curves));
    }

    /**
     * Writes a skipped step.
     *
     * @param documents documents per row
     */
    public void anomaly(long step, StepOutcome outcome, List<List<String>> documents) {
        anomalies.append(
                new Anomaly(
                        step,
                        outcome.health().label(),
                        Double.toString(outcome.loss()),
                        Double.toString(outcome.gradientNorm()),
                        documents));
    }

    @Override
    public void close() {
        metrics.close();
        evaluations.close();
        anomalies.close();
        events.ifPresent(EventFile::close);
    }
}
