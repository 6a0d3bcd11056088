package org.limelm.train.cli;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.limelm.annotate.pipeline.AnnotateProgress;
import org.limelm.annotate.pipeline.AnnotateReport;
import org.limelm.core.corpus.CorpusReader;
import org.limelm.train.cli.ProgressDisplay.ProgressUnit;
import org.limelm.train.prepare.PreparationListener;

/** Shows the progress of corpus preparation on standard error. */
final class PreparationDisplay implements PreparationListener, AutoCloseable {
    private @Nullable ProgressDisplay progress;
    private String task = "";

    @Override
    public void onWait(Path folder, String process) {
        display("waiting for process " + process, ProgressUnit.NONE)
                .update(0, 0, "to finish preparing " + folder);
    }

    @Override
    public void onTokenizerText(CorpusReader.Progress read) {
        display("tokenizer text", ProgressUnit.KIB).update(read.bytesRead(), read.totalBytes(), "");
    }

    @Override
    public void onTokenizer(int vocabularySize, int total) {
        display("tokenizer", ProgressUnit.IDS).update(vocabularySize, total, "");
        if (vocabularySize == total) {
            close();
        }
    }

    @Override
    public void onAnnotation(AnnotateProgress at) {
        display("annotate", ProgressUnit.KIB)
                .update(
                        at.bytesAnnotated(),
                        at.bytesTotal(),
                        String.format(
                                Locale.ROOT,
                                "%,d shards, %,.0f words/s",
                                at.unitsDone(),
                                at.wordsPerSecond()));
    }

    @Override
    public void onShards(AnnotateReport report) {
        close();
        Progress.err()
                .printf(
                        Locale.ROOT,
                        "%,d words, %,d tokens in %d shards; %,.0f words/s%n",
                        report.words(),
                        report.tokens(),
                        report.shards(),
                        report.wordsPerSecond());
        Progress.err().print(AnnotateCommand.skippedLine(report));
    }

    /** Returns the task that is shown now; empty if there is none. */
    Optional<String> shownTask() {
        return progress == null ? Optional.empty() : Optional.of(task);
    }

    private ProgressDisplay display(String name, ProgressUnit unit) {
        ProgressDisplay shown = progress;
        if (shown == null || !task.equals(name)) {
            close();
            shown = ProgressDisplay.start(name, unit);
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
