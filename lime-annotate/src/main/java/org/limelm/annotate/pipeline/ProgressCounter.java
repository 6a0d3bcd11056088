package org.limelm.annotate.pipeline;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.limelm.core.corpus.CorpusReader;

/**
 * Counts the progress of an annotation and reports it: at the start, after every unit and at least
 * once per second in between. Counting is thread-safe; reports come from the calling thread only.
 */
final class ProgressCounter implements AnnotatedCounter {
    private static final long INTERVAL_NANOS = 1_000_000_000L;

    private final CorpusReader corpus;
    private final Consumer<AnnotateProgress> listener;
    private final LongSupplier nanoTime;
    private final long startNanos;
    private long reportedNanos;

    private final AtomicLong charactersRead = new AtomicLong();
    private final LongAdder charactersDone = new LongAdder();
    private final LongAdder words = new LongAdder();

    /** Starts the clock. */
    ProgressCounter(
            CorpusReader corpus, Consumer<AnnotateProgress> listener, LongSupplier nanoTime) {
        this.corpus = corpus;
        this.listener = listener;
        this.nanoTime = nanoTime;
        this.startNanos = nanoTime.getAsLong();
        this.reportedNanos = startNanos;
    }

    /** Counts a document that was read, in UTF-16 code units. */
    void countRead(int characters) {
        charactersRead.addAndGet(characters);
    }

    @Override
    public void countAnnotated(long characters, long annotatedWords) {
        charactersDone.add(characters);
        words.add(annotatedWords);
    }

    @Override
    public void countReused(long characters) {
        charactersDone.add(characters);
    }

    /** Reports if the last report is a second ago. */
    void tick(long unitsDone) {
        if (nanoTime.getAsLong() - reportedNanos >= INTERVAL_NANOS) {
            report(unitsDone);
        }
    }

    /** Reports now. */
    void report(long unitsDone) {
        reportedNanos = nanoTime.getAsLong();
        CorpusReader.Progress read = corpus.progress();
        long characters = Math.max(1, charactersRead.get());
        double share = Math.min(1, (double) charactersDone.sum() / characters);
        listener.accept(
                new AnnotateProgress(
                        read.bytesRead(),
                        (long) (read.bytesRead() * share),
                        read.totalBytes(),
                        unitsDone,
                        words.sum(),
                        (reportedNanos - startNanos) / 1e9));
    }

    /** Returns the seconds since the start. */
    double seconds() {
        return (nanoTime.getAsLong() - startNanos) / 1e9;
    }
}
