package org.limelm.train.cli;

import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.limelm.annotate.pipeline.AnnotateProgress;
import org.limelm.annotate.pipeline.AnnotateReport;
import org.limelm.train.prepare.PreparationListener;

/** Shows the progress of corpus preparation on standard error. */
final class PreparationDisplay implements PreparationListener, AutoCloseable {
    private @Nullable ProgressDisplay progress;
    private String task = "";

    @Override
    public void onWait(Path folder, String process) {
        display("waiting for process " + process).update(0, 0, "to finish preparing " + folder);
    }

    @Override
    public void onTokenizer(int vocabularySize, int total) {
        display("tokenizer").update(vocabularySize, total, "ids");
    }

    @Override
    public void onAnnotation(AnnotateProgress at) {
        AnnotateCommand.show(display("annotate"), at);
    }

    @Override
    public void onShards(AnnotateReport report) {
        close();
        System.err.printf(
                Locale.ROOT,
                "%,d words, %,d tokens in %d shards; %,.0f words/s%n",
                report.words(),
                report.tokens(),
                report.shards(),
                report.wordsPerSecond());
        System.err.print(AnnotateCommand.skippedLine(report));
    }

    private ProgressDisplay display(String name) {
        ProgressDisplay shown = progress;
        if (shown == null || !task.equals(name)) {
            close();
            shown = ProgressDisplay.start(name);
            progress = shown;
            task = name;
        }
        return shown;
    }

    @Override
    public void close() {
        if (progress != null) {
            progress.close();
            progress = null;
        }
    }
}
