package org.limelm.train.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.limelm.train.compare.ComparisonListener;
import org.limelm.train.compare.PlannedRun;
import org.limelm.train.compare.TrainedRun;
import org.limelm.train.evaluation.EvaluationResult;
import org.limelm.train.internal.table.TextTable;
import org.limelm.train.loop.TrainingListener;
import org.limelm.train.record.StepMetrics;

/**
 * Shows the progress of a comparison: on a terminal, a table with one line per run that is redrawn
 * in place; otherwise plain lines, so that logs stay readable.
 */
final class ComparisonLog implements ComparisonListener {
    private static final Duration REDRAW = Duration.ofMillis(250);
    private static final List<String> HEADER =
            List.of("arm", "seed", "state", "loss", "bits/byte", "accuracy", "evaluated in");

    private final PrintStream out;
    private final boolean terminal;
    private final LongSupplier nanoTime;
    private final List<Line> lines = new ArrayList<>();
    private String holder = "";
    private int drawnLines;
    private long lastDrawn;

    /** The line of a run. */
    private static final class Line {
        private final PlannedRun run;
        private String state = "waiting";
        private String loss = "";
        private String bitsPerByte = "";
        private String accuracy = "";
        private String evaluatedIn = "";

        Line(PlannedRun run) {
            this.run = run;
        }

        List<String> cells() {
            return List.of(
                    run.label(),
                    Long.toString(run.seed()),
                    state,
                    loss,
                    bitsPerByte,
                    accuracy,
                    evaluatedIn);
        }
    }

    private ComparisonLog(PrintStream out, boolean terminal, LongSupplier nanoTime) {
        this.out = out;
        this.terminal = terminal;
        this.nanoTime = nanoTime;
    }

    /** Creates a display on standard error: a live table if it is a terminal. */
    static ComparisonLog start() {
        return new ComparisonLog(Progress.err(), Progress.isLive(), System::nanoTime);
    }

    /** Creates a display for tests. */
    static ComparisonLog of(PrintStream out, boolean terminal, LongSupplier nanoTime) {
        return new ComparisonLog(out, terminal, nanoTime);
    }

    @Override
    public void onPlan(List<PlannedRun> runs) {
        runs.forEach(run -> lines.add(new Line(run)));
        plain(
                String.format(
                        Locale.ROOT,
                        "%d runs: %s",
                        runs.size(),
                        String.join("; ", runs.stream().map(PlannedRun::toString).toList())));
    }

    @Override
    public void onWait(Path folder, String process) {
        if (!process.equals(holder)) { // called once per second
            holder = process;
            out.println(
                    "waiting for process " + process + ", which runs the comparison in " + folder);
        }
    }

    @Override
    public TrainingListener onTraining(PlannedRun run) {
        Line line = line(run);
        drawnLines = 0; // the display of the preparation may be above
        return new TrainingListener() {
            @Override
            public void onStart(RunStart start) {
                plain(
                        String.format(
                                Locale.ROOT,
                                "%s: %,d parameters, %,d training tokens, steps %,d to %,d, in %s",
                                run,
                                start.parameters(),
                                start.trainingTokens(),
                                start.firstStep(),
                                start.totalSteps(),
                                start.folder()));
            }

            @Override
            public void onStep(StepMetrics metrics, long totalSteps) {
                line.state =
                        String.format(
                                Locale.ROOT,
                                "step %,d/%,d, %,.0f tok/s, ETA %.0f s",
                                metrics.step(),
                                totalSteps,
                                metrics.tokensPerSecond(),
                                metrics.etaSeconds());
                line.loss = String.format(Locale.ROOT, "%.4f", metrics.loss());
                plain("  " + metrics.line(totalSteps));
                redraw(false);
            }

            @Override
            public void onEvaluation(long step, EvaluationResult result) {
                show(line, result);
                plain("  " + result.line());
                redraw(false);
            }

            @Override
            public void onWarning(String message) {
                drawnLines = 0;
                Progress.err().println("warning: " + run + ": " + message);
            }
        };
    }

    @Override
    public void onTrained(PlannedRun run, TrainedRun trained) {
        line(run).state = "trained";
        plain(String.format(Locale.ROOT, "%s: trained in %.0f s", run, trained.trainingSeconds()));
        redraw(true);
    }

    @Override
    public void onEvaluating(PlannedRun run, String evaluation) {
        line(run).state = "evaluating (" + evaluation + ")";
        redraw(true);
    }

    @Override
    public void onEvaluated(PlannedRun run, EvaluationResult result) {
        Line line = line(run);
        line.state = "done";
        show(line, result);
        plain("  " + result.line());
        redraw(true);
    }

    private static void show(Line line, EvaluationResult result) {
        line.loss = String.format(Locale.ROOT, "%.4f", result.loss());
        line.bitsPerByte = String.format(Locale.ROOT, "%.4f", result.bitsPerByte());
        line.accuracy = String.format(Locale.ROOT, "%.4f", result.accuracy());
        line.evaluatedIn =
                result.annotation().equals(result.origin())
                        ? result.annotation()
                        : result.annotation() + " (" + result.origin() + ")";
    }

    private Line line(PlannedRun run) {
        return lines.stream()
                .filter(line -> line.run.equals(run))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(run + " is not planned"));
    }

    private void plain(String text) {
        if (!terminal) {
            out.println(text);
        }
    }

    /** Draws the table over the previous one. */
    private void redraw(boolean now) {
        long time = nanoTime.getAsLong();
        if (!terminal || (!now && time - lastDrawn < REDRAW.toNanos())) {
            return;
        }
        lastDrawn = time;
        String table = TextTable.of(HEADER, lines.stream().map(Line::cells).toList());
        StringBuilder screen = new StringBuilder();
        if (drawnLines > 0) {
            screen.append("\033[").append(drawnLines).append('A'); // cursor up
        }
        table.lines().forEach(line -> screen.append("\033[2K").append(line).append('\n'));
        drawnLines = (int) table.lines().count();
        out.print(screen);
        out.flush();
    }
}
