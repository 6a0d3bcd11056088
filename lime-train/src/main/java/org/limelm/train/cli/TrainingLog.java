package org.limelm.train.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.limelm.train.evaluation.EvaluationResult;
import org.limelm.train.generation.GeneratedText;
import org.limelm.train.loop.TrainingListener;
import org.limelm.train.record.StepMetrics;

/** Prints one readable line per event of a training run. */
final class TrainingLog implements TrainingListener {
    private final PrintStream out;

    TrainingLog(PrintStream out) {
        this.out = out;
    }

    @Override
    public void onStart(RunStart start) {
        out.printf(
                Locale.ROOT,
                "%s: %,d parameters, %,d training tokens (%.1f documents per batch), steps %,d to"
                        + " %,d, recompute %s, in %s%n",
                start.arm(),
                start.parameters(),
                start.trainingTokens(),
                start.documentsPerBatch(),
                start.firstStep(),
                start.totalSteps(),
                start.recompute(),
                start.folder());
    }

    @Override
    public void onStep(StepMetrics metrics, long totalSteps) {
        out.println(metrics.line(totalSteps));
    }

    @Override
    public void onEvaluation(long step, EvaluationResult result) {
        out.println("  " + result.line());
    }

    @Override
    public void onSamples(long step, List<GeneratedText> samples) {
        for (GeneratedText sample : samples) {
            out.println("  | " + (sample.prompt() + sample.text()).replace("\n", "\n  | "));
        }
    }

    @Override
    public void onCheckpoint(long step, Path folder) {
        out.println("  checkpoint " + folder);
    }

    @Override
    public void onWarning(String message) {
        Progress.err().println("warning: " + message);
    }
}
