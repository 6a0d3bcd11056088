package org.limelm.train.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * Shows the progress of a long task on standard error: a bar on a terminal, otherwise a plain line
 * every few seconds, so that logs stay readable.
 */
final class ProgressDisplay implements AutoCloseable {
    private static final Duration PLAIN_INTERVAL = Duration.ofSeconds(10);

    private final String task;
    private final PrintStream err;
    private final long startNanos = System.nanoTime();
    private final @Nullable ProgressBar bar;
    private long lastLineNanos = startNanos;
    private long done;
    private long total;

    private ProgressDisplay(String task, PrintStream err, @Nullable ProgressBar bar) {
        this.task = task;
        this.err = err;
        this.bar = bar;
    }

    /** Starts the display of a task; its total may be unknown at first. */
    static ProgressDisplay start(String task) {
        boolean terminal = Boolean.getBoolean("lime.terminal"); // set by the launcher
        ProgressBar bar =
                terminal
                        ? new ProgressBarBuilder()
                                .setTaskName(task)
                                .setStyle(ProgressBarStyle.ASCII)
                                .setUpdateIntervalMillis(250)
                                .build()
                        : null;
        return new ProgressDisplay(task, System.err, bar);
    }

    /**
     * Updates the progress.
     *
     * @param done units done
     * @param total total units, 0 while unknown
     * @param note a short text, such as a rate with its unit; may be empty
     */
    synchronized void update(long done, long total, String note) {
        this.done = done;
        this.total = total;
        if (bar != null) {
            bar.maxHint(total <= 0 ? -1 : total);
            bar.stepTo(done);
            bar.setExtraMessage(" " + note);
            return;
        }
        long now = System.nanoTime();
        if (now - lastLineNanos >= PLAIN_INTERVAL.toNanos()) {
            lastLineNanos = now;
            err.println(line(note, now));
        }
    }

    private String line(String note, long now) {
        double seconds = (now - startNanos) / 1e9;
        if (total <= 0 || done <= 0) {
            return String.format(Locale.ROOT, "%s: %.0f s  %s", task, seconds, note);
        }
        double share = Math.min(1, (double) done / total);
        return String.format(
                Locale.ROOT,
                "%s: %.0f %%, %.0f s, ETA %.0f s  %s",
                task,
                100 * share,
                seconds,
                seconds * (1 - share) / share,
                note);
    }

    @Override
    public synchronized void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
