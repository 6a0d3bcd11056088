package org.limelm.train.overview;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.limelm.train.config.RunConfig;
import org.limelm.train.evaluation.EvaluationResult;
import org.limelm.train.record.EvaluationEntry;
import org.limelm.train.record.StepMetrics;

/**
 * A run folder in one line.
 *
 * @param folder the folder
 * @param arm arm with annotation mode, such as {@code lime/causal}; empty if unknown
 * @param seed seed of the run; empty if unknown
 * @param step completed optimizer steps
 * @param totalSteps configured number of steps; empty if unknown
 * @param tokens tokens trained on at the last logged step
 * @param trainingLoss loss of the batch of the last logged step, nats per token
 * @param loss loss on the held-out documents at the last evaluation, nats per token
 * @param bitsPerByte bits per byte at the last evaluation
 * @param tokensPerSecond mean throughput, without evaluations and checkpoints
 * @param state what became of the run
 * @param problems why it is damaged; empty otherwise
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record RunSummary(
        Path folder,
        Optional<String> arm,
        OptionalLong seed,
        long step,
        OptionalLong totalSteps,
        long tokens,
        OptionalDouble trainingLoss,
        OptionalDouble loss,
        OptionalDouble bitsPerByte,
        OptionalDouble tokensPerSecond,
        State state,
        List<String> problems) {
    /** The names of the columns of {@link #cells}. */
    public static final List<String> HEADER =
            List.of(
                    "run",
                    "arm",
                    "seed",
                    "steps",
                    "tokens",
                    "train loss",
                    "loss",
                    "bits/byte",
                    "tok/s",
                    "state");

    private static final String NONE = "–";

    /** What became of a run. */
    public enum State {
        /** It has taken all its steps and written its model. */
        FINISHED,
        /** A process trains in the folder. */
        RUNNING,
        /** No process trains, and steps remain. */
        STOPPED,
        /** A file of the folder is missing or cannot be read. */
        DAMAGED;

        @JsonValue
        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Summarizes a run folder. Never fails: what cannot be read is a problem of the run. */
    public static RunSummary of(Path folder) {
        return of(RunFiles.read(folder));
    }

    static RunSummary of(RunFiles files) {
        Optional<StepMetrics> last = last(files.steps());
        Optional<EvaluationResult> evaluation =
                last(files.evaluations()).map(EvaluationEntry::result);
        OptionalLong totalSteps =
                files.config().isPresent()
                        ? OptionalLong.of(totalSteps(files.config().orElseThrow(), files))
                        : OptionalLong.empty();
        long step = files.stepsDone();
        return new RunSummary(
                files.folder().root(),
                files.config().map(RunConfig::armLabel),
                files.config()
                        .map(config -> OptionalLong.of(config.seed()))
                        .orElseGet(OptionalLong::empty),
                step,
                totalSteps,
                last.map(StepMetrics::tokens).orElse(0L),
                number(last.map(StepMetrics::loss)),
                number(evaluation.map(EvaluationResult::loss)),
                number(evaluation.map(EvaluationResult::bitsPerByte)),
                number(last.filter(at -> at.seconds() > 0).map(at -> at.tokens() / at.seconds())),
                state(files, step),
                files.problems());
    }

    private static State state(RunFiles files, long step) {
        if (!files.problems().isEmpty()) {
            return State.DAMAGED;
        }
        if (files.running()) {
            return State.RUNNING;
        }
        boolean modelOfLastStep =
                files.model()
                        .map(model -> model.provenance().get("step"))
                        .filter(Long.toString(step)::equals)
                        .isPresent();
        return modelOfLastStep ? State.FINISHED : State.STOPPED;
    }

    private static long totalSteps(RunConfig config, RunFiles files) {
        return config.training().totalSteps(config.model(), files.processes());
    }

    private static <T> Optional<T> last(List<T> list) {
        return list.isEmpty() ? Optional.empty() : Optional.of(list.get(list.size() - 1));
    }

    private static OptionalDouble number(Optional<Double> value) {
        return value.map(OptionalDouble::of).orElseGet(OptionalDouble::empty);
    }

    /** Returns the state in words: {@code stopped at step 120}. */
    public String stateText() {
        return switch (state) {
            case FINISHED, RUNNING -> state.label();
            case STOPPED -> String.format(Locale.ROOT, "stopped at step %d", step);
            case DAMAGED -> "damaged";
        };
    }

    /** Returns the run as a row of a table, see {@link #HEADER}. */
    public List<String> cells() {
        return List.of(
                folder.toString(),
                arm.orElse(NONE),
                seed.isPresent() ? Long.toString(seed.getAsLong()) : NONE,
                step + (totalSteps.isPresent() ? "/" + totalSteps.getAsLong() : ""),
                String.format(Locale.ROOT, "%,d", tokens),
                cell("%.4f", trainingLoss),
                cell("%.4f", loss),
                cell("%.4f", bitsPerByte),
                cell("%,.0f", tokensPerSecond),
                stateText());
    }

    private static String cell(String pattern, OptionalDouble value) {
        return value.isPresent() ? String.format(Locale.ROOT, pattern, value.getAsDouble()) : NONE;
    }
}
