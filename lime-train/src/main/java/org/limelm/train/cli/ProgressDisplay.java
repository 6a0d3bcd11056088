package org.limelm.train.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;
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

    /**
     * The unit of a task's progress.
     *
     * @param name its symbol
     * @param size how much progress one unit is
     */
    record ProgressUnit(String name, long size) {
        /** Bytes, shown in kibibytes. */
        static final ProgressUnit KIB = new ProgressUnit("KiB", 1024);

        /** Ids of a vocabulary. */
        static final ProgressUnit IDS = new ProgressUnit("ids", 1);

        /** Examples of an evaluation task. */
        static final ProgressUnit EXAMPLES = new ProgressUnit("examples", 1);

        /** No unit: only the time is shown. */
        static final ProgressUnit NONE = new ProgressUnit("", 1);
    }

    private final String task;
    private final ProgressUnit unit;
    private final PrintStream err;
    private final LongSupplier nanoTime;
    private final long startNanos;
    private final @Nullable ProgressBar bar;
    private long lastLineNanos;

    private ProgressDisplay(
            String task,
            ProgressUnit unit,
            PrintStream err,
            LongSupplier nanoTime,
            @Nullable ProgressBar bar) {
        this.task = task;
        this.unit = unit;
        this.err = err;
        this.nanoTime = nanoTime;
        this.startNanos = nanoTime.getAsLong();
        this.lastLineNanos = startNanos;
        this.bar = bar;
    }

    /**
     * Starts the display of a task; its total may be unknown at first. A bar counts the seconds on
     * its own, between the updates.
     */
    static ProgressDisplay start(String task, ProgressUnit unit) {
        ProgressBar bar =
                Progress.isLive()
                        ? new ProgressBarBuilder()
                                .setTaskName(task)
                                .setStyle(ProgressBarStyle.ASCII)
                                .setUpdateIntervalMillis(250)
                                .setUnit(" " + unit.name(), unit.size())
                                .build()
                        : null;
        return new ProgressDisplay(task, unit, Progress.err(), System::nanoTime, bar);
    }

    /** Starts a display of plain lines by a given clock. */
    static ProgressDisplay plain(
            String task, ProgressUnit unit, PrintStream err, LongSupplier nanoTime) {
        return new ProgressDisplay(task, unit, err, nanoTime, null);
    }

    /**
     * Updates the progress.
     *
     * @param done progress so far
     * @param total progress at the end, 0 while unknown
     * @param note a short text, such as a rate with its unit; may be empty
     */
    synchronized void update(long done, long total, String note) {
        if (bar != null) {
            bar.maxHint(total <= 0 ? -1 : total);
            bar.stepTo(done);
            bar.setExtraMessage(" " + note);
            return;
        }
        long now = nanoTime.getAsLong();
        if (now - lastLineNanos >= PLAIN_INTERVAL.toNanos()) {
            lastLineNanos = now;
            err.println(line(done, total, note, now));
        }
    }

    private String line(long done, long total, String note, long now) {
        double seconds = (now - startNanos) / 1e9;
        if (total <= 0 || done <= 0) {
            return String.format(Locale.ROOT, "%s: %.0f s  %s", task, seconds, note);
        }
        double share = Math.min(1, (double) done / total);
        return String.format(
                Locale.ROOT,
                "%s: %.0f %%, %,d of %,d %s, %.0f s, ETA %.0f s  %s",
                task,
                100 * share,
                done / unit.size(),
                total / unit.size(),
                unit.name(),
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
