package org.limelm.train.record;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.limelm.core.config.ConfigLoader;
import org.limelm.train.evaluation.EvaluationResult;
import org.limelm.train.generation.GeneratedText;
import org.limelm.train.optim.StepOutcome;
import org.limelm.train.record.Tracker.Outcome;
import org.limelm.train.record.Tracker.TrackedRun;

/**
 * The log files of a run: {@code metrics.jsonl}, {@code eval.jsonl}, {@code anomalies.jsonl}, and
 * what its trackers write, such as TensorBoard event files. When a run is resumed, lines of later
 * steps are dropped.
 */
public final class RunRecord implements AutoCloseable {
    private static final String TRAIN_LOSS = "train/loss";
    private static final String LEARNING_RATE = "train/learning_rate";
    private static final String GRADIENT_NORM = "train/gradient_norm";
    private static final String TOKENS_PER_SECOND = "speed/tokens_per_second";
    private static final String PEAK_SHARE = "speed/peak_share";
    private static final String EVAL_LOSS = "eval/loss";
    private static final String PERPLEXITY = "eval/perplexity";
    private static final String BITS_PER_BYTE = "eval/bits_per_byte";
    private static final String ACCURACY = "eval/accuracy";

    /** The names of all curves. */
    static final List<String> CURVES =
            List.of(
                    TRAIN_LOSS,
                    LEARNING_RATE,
                    GRADIENT_NORM,
                    TOKENS_PER_SECOND,
                    PEAK_SHARE,
                    EVAL_LOSS,
                    PERPLEXITY,
                    BITS_PER_BYTE,
                    ACCURACY);

    private final JsonLog metrics;
    private final JsonLog evaluations;
    private final JsonLog anomalies;
    private final Trackers trackers;
    private Outcome outcome = Outcome.FAILED;

    /** A skipped step and its documents. */
    private record Anomaly(
            long step,
            String health,
            String loss,
            String gradientNorm,
            List<List<String>> documents) {}

    /**
     * Opens the files for appending, and starts the trackers.
     *
     * @param run the run; lines of later steps than its {@code stepsDone} are dropped
     * @param own trackers beside those that the configuration names
     * @param warnings receives a message for each tracker that fails
     */
    public RunRecord(TrackedRun run, List<Tracker> own, Consumer<String> warnings) {
        RunFolder folder = run.folder();
        metrics = new JsonLog(folder.metrics(), run.stepsDone());
        evaluations = new JsonLog(folder.evaluations(), run.stepsDone());
        anomalies = new JsonLog(folder.anomalies(), run.stepsDone());
        trackers = new Trackers(run, own, warnings);
        trackers.text(run.stepsDone(), "config", block(ConfigLoader.toYaml(run.config())));
    }

    /** Writes the metrics of a step. */
    public void step(StepMetrics step) {
        metrics.append(step);
        Map<String, Double> curves = new LinkedHashMap<>();
        curves.put(TRAIN_LOSS, step.loss());
        curves.put(LEARNING_RATE, step.learningRate());
        curves.put(GRADIENT_NORM, step.gradientNorm());
        curves.put(TOKENS_PER_SECOND, step.tokensPerSecond());
        step.peakShare().ifPresent(share -> curves.put(PEAK_SHARE, share));
        trackers.scalars(step.step(), curves);
    }

    /**
     * Writes an evaluation.
     *
     * @param step completed optimizer steps
     * @param tokens tokens trained on so far
     * @param samples texts generated at this step; may be empty
     */
    public void evaluation(
            long step, long tokens, EvaluationResult result, List<GeneratedText> samples) {
        Optional<List<GeneratedText>> texts =
                samples.isEmpty() ? Optional.empty() : Optional.of(samples);
        evaluations.dropFrom(step); // of an earlier part that ended after it
        evaluations.append(new EvaluationEntry(step, tokens, result, texts));
        Map<String, Double> curves = new LinkedHashMap<>();
        curves.put(EVAL_LOSS, result.loss());
        curves.put(PERPLEXITY, result.perplexity());
        curves.put(BITS_PER_BYTE, result.bitsPerByte());
        curves.put(ACCURACY, result.accuracy());
        trackers.scalars(step, curves);
        texts.ifPresent(
                all ->
                        trackers.text(
                                step,
                                "samples",
                                all.stream()
                                        .map(text -> block(text.prompt() + "⟶" + text.text()))
                                        .collect(Collectors.joining("\n"))));
    }

    /** Returns a text as a block of code in Markdown, which shows every character as it is. */
    private static String block(String text) {
        return text.lines().map(line -> "    " + line + "\n").collect(Collectors.joining());
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

    /** Records that this part of the run ended without an error, before it is closed. */
    public void ended(boolean stopped) {
        outcome = stopped ? Outcome.STOPPED : Outcome.FINISHED;
    }

    @Override
    public void close() {
        trackers.end(outcome);
        metrics.close();
        evaluations.close();
        anomalies.close();
    }
}
