package org.limelm.train.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.limelm.train.compare.ComparisonPlan;
import org.limelm.train.compare.PlannedRun;
import org.limelm.train.config.ComparisonConfig;
import org.limelm.train.evaluation.EvaluationResult;
import org.limelm.train.loop.TrainingListener;
import org.limelm.train.optim.StepHealth;
import org.limelm.train.record.StepMetrics;

class ComparisonLogTest {
    private static final String CURSOR_UP = "\033[6A"; // two lines of head, four runs

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final AtomicLong nanos = new AtomicLong();
    private final List<PlannedRun> runs = new ComparisonPlan(ComparisonConfig.defaults()).runs();

    @Test
    void aTerminalShowsOneTableThatIsRedrawnInPlace() {
        run(true);
        assertThat(shown())
                .contains(CURSOR_UP, "baseline", "waiting", "step 5/10, 100 tok/s", "done");
        assertThat(shown().split("\033\\[6A", -1)).as("tables drawn").hasSize(2);
    }

    @Test
    void aLogHasPlainLinesWithoutControlCharacters() {
        run(false);
        assertThat(shown())
                .doesNotContain("\033")
                .contains(
                        "4 runs: baseline, seed 1; lime/causal, seed 1", "step 5/10", "bits/byte");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void waitingIsSaidOncePerHolder(boolean terminal) {
        ComparisonLog log = ComparisonLog.of(out(), terminal, nanos::get);
        for (String process : List.of("17", "17", "17", "18")) {
            log.onWait(Path.of("runs"), process);
        }
        assertThat(shown().lines())
                .containsExactly(
                        "waiting for process 17, which runs the comparison in runs",
                        "waiting for process 18, which runs the comparison in runs");
    }

    private PrintStream out() {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    private void run(boolean terminal) {
        ComparisonLog log = ComparisonLog.of(out(), terminal, nanos::get);
        log.onPlan(runs);
        TrainingListener training = log.onTraining(runs.get(0));
        nanos.set(1_000_000_000);
        training.onStep(step(), 10);
        training.onStep(step(), 10); // too soon for another table
        log.onEvaluated(runs.get(0), result());
    }

    private static StepMetrics step() {
        return new StepMetrics(
                5, 50, 2, 1e-3, 1, StepHealth.GOOD, 100, OptionalDouble.empty(), 1, 1);
    }

    private static EvaluationResult result() {
        return new EvaluationResult(
                "baseline",
                "none",
                "none",
                "none",
                "validation",
                1,
                4,
                2,
                7.4,
                0.7,
                0.5,
                Optional.empty(),
                Optional.empty());
    }

    private String shown() {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
