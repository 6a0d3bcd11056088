package org.limelm.annotate.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.limelm.annotate.feature.FeatureFiles;
import org.limelm.annotate.subword.SubwordTokenizer;
import org.limelm.core.LimeException;
import org.limelm.core.corpus.CorpusReader;
import org.limelm.core.io.AtomicFile;
import org.limelm.core.io.FolderLock;
import org.limelm.core.shard.ShardEntry;
import org.limelm.core.shard.ShardManifest;

/**
 * Annotates a corpus into a folder of shards.
 *
 * <p>The corpus is read once, in order, and cut into units of consecutive documents; each unit
 * becomes one shard, whose bytes depend on the unit alone. A record is written next to each
 * finished shard, so that a killed run can resume where it stopped; the manifest is written last.
 * The number of threads and interruptions do not affect the result.
 */
public final class AnnotatePipeline {
    /** Longest wait between two looks at the clock. */
    private static final long POLL_MILLIS = 200;

    private final AnnotateJob job;
    private final CorpusReader corpus;
    private final ProgressCounter progress;
    private final Optional<UnitScheduler> scheduler;
    private final List<Future<UnitOutcome>> pending = new ArrayList<>();
    private final List<UnitOutcome> done = new ArrayList<>();

    private AnnotatePipeline(
            AnnotateJob job,
            CorpusReader corpus,
            ProgressCounter progress,
            Optional<UnitScheduler> scheduler) {
        this.job = job;
        this.corpus = corpus;
        this.progress = progress;
        this.scheduler = scheduler;
    }

    /**
     * Runs a job, or the remainder of an interrupted one.
     *
     * @param listener called on the calling thread: at the start, after every unit, and at least
     *     once per second in between
     * @throws LimeException if the corpus or the folder cannot be used, or the folder belongs to
     *     another job
     */
    public static AnnotateReport run(AnnotateJob job, Consumer<AnnotateProgress> listener) {
        return run(job, Optional.empty(), listener, System::nanoTime);
    }

    /**
     * Runs a job, or the remainder of an interrupted one, in other processes. This process reads
     * the corpus; the folder must be the same for all. The shards are those of {@link
     * #run(AnnotateJob, Consumer)}.
     *
     * @param job its threads are the units that are annotated at a time
     * @throws LimeException as of the other method, or if the scheduler fails
     */
    public static AnnotateReport run(
            AnnotateJob job, UnitScheduler scheduler, Consumer<AnnotateProgress> listener) {
        return run(job, Optional.of(scheduler), listener, System::nanoTime);
    }

    /** Runs a job by a given clock. */
    @SuppressWarnings("try") // the lock is held, not used
    static AnnotateReport run(
            AnnotateJob job,
            Optional<UnitScheduler> scheduler,
            Consumer<AnnotateProgress> listener,
            LongSupplier nanoTime) {
        try {
            requireOutputOutsideCorpus(job);
            Files.createDirectories(job.output());
            try (FolderLock lock = lock(job.output());
                    CorpusReader corpus = CorpusReader.open(job.corpus(), job.reader())) {
                ProgressCounter progress = new ProgressCounter(corpus, listener, nanoTime);
                return new AnnotatePipeline(job, corpus, progress, scheduler).run();
            }
        } catch (IOException e) {
            throw new LimeException("[" + job.output() + "] cannot be written: " + e, e);
        }
    }

    private static FolderLock lock(Path folder) {
        return FolderLock.tryAcquire(folder)
                .orElseThrow(
                        () ->
                                new LimeException(
                                        "["
                                                + folder
                                                + "] another process is annotating into this folder ("
                                                + FolderLock.holder(folder)
                                                + "). Hint: wait for it, or choose another"
                                                + " folder"));
    }

    /** Rejects a job that would write into its own corpus and then read its own output. */
    private static void requireOutputOutsideCorpus(AnnotateJob job) throws IOException {
        for (Path path : job.corpus()) {
            Path folder = CorpusReader.folderOf(path);
            if (Files.isDirectory(folder)
                    && Files.isDirectory(job.output())
                    && Files.isSameFile(folder, job.output())) {
                throw new LimeException(
                        "["
                                + job.output()
                                + "] is a folder of the corpus. Hint: write the shards to a separate"
                                + " folder, which may be below this one");
            }
        }
    }

    private AnnotateReport run() {
        progress.report(0);
        try (SubwordTokenizer tokenizer = SubwordTokenizer.load(job.tokenizer(), job.endOfText())) {
            return run(tokenizer);
        }
    }

    private AnnotateReport run(SubwordTokenizer tokenizer) {
        JobIdentity.of(job, tokenizer, corpus.files()).claim(job.output());
        AtomicFile.removeLeftovers(job.output());
        FeatureFiles.keep(job.annotators().files(), job.output());

        annotate(tokenizer);
        UnitOutcomes outcomes = new UnitOutcomes(done);
        requireDocuments(outcomes);
        requireShards(outcomes);
        if (corpus.quarantine().size() > 0) {
            corpus.quarantine().write(job.output().resolve("quarantine.jsonl"));
        }
        AnnotateReport report = outcomes.report(corpus, job.threads(), progress.seconds());
        new AnnotationCost(report.wordsThisRun(), report.tokensThisRun(), report.cpuSeconds())
                .addTo(job.output());
        manifest(tokenizer, outcomes).write(job.output());
        if (scheduler.isPresent()) {
            AtomicFile.removeLeftovers(job.output()); // of processes that were killed
        }
        return report;
    }

    /** Checks that shards which other processes wrote are in the folder of this one. */
    private void requireShards(UnitOutcomes outcomes) {
        for (ShardEntry shard : outcomes.shards()) {
            if (scheduler.isPresent() && !Files.exists(job.output().resolve(shard.file()))) {
                throw new LimeException(
                        "["
                                + job.output()
                                + "] "
                                + shard.file()
                                + " was written by another process, but is not here. Hint: do all"
                                + " machines share this folder?");
            }
        }
    }

    private void requireDocuments(UnitOutcomes outcomes) {
        if (outcomes.documents() > 0) {
            return;
        }
        Map<String, Long> filtered = outcomes.filtered(corpus);
        throw new LimeException(
                "[corpus] no documents in "
                        + job.corpus()
                        + (filtered.isEmpty()
                                ? ". Hint: are the files empty, or is the text in another field"
                                        + " (--text-field, data.textField)?"
                                : ": the filters left all out " + filtered));
    }

    /** Reads a bounded number of units ahead of the threads, and collects outcomes in order. */
    private void annotate(SubwordTokenizer tokenizer) {
        UnitAnnotation annotation =
                scheduler
                        .<UnitAnnotation>map(
                                others -> new ScheduledUnits(others, tokenizer.info(), progress))
                        .orElseGet(() -> new UnitAnnotator(job, tokenizer, progress));
        Semaphore slots = new Semaphore(2 * job.threads());
        ExecutorService threads = Executors.newFixedThreadPool(job.threads(), UnitThread::new);
        try {
            UnitReader units =
                    new UnitReader(
                            corpus,
                            job.unitCharacters(),
                            characters -> {
                                progress.countRead(characters);
                                progress.tick(done.size());
                            });
            while (units.hasNext()) {
                while (!slots.tryAcquire(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                    progress.tick(done.size());
                }
                collect(false);
                Unit unit = units.next();
                pending.add(
                        threads.submit(
                                () -> {
                                    try {
                                        return annotation.annotate(unit);
                                    } finally {
                                        slots.release();
                                    }
                                }));
            }
            collect(true);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LimeException(
                    "[annotate] interrupted. Hint: run the same command again to resume", e);
        } finally {
            stop(threads);
        }
    }

    /**
     * Interrupts the threads and waits for their end, even if this thread is interrupted: none may
     * write after the folder is unlocked, or use the tokenizer after it is closed.
     */
    private static void stop(ExecutorService threads) {
        threads.shutdownNow();
        boolean interrupted = false;
        while (!threads.isTerminated()) {
            try {
                threads.awaitTermination(POLL_MILLIS, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Collects finished units in order; rethrows the failure of a unit. */
    private void collect(boolean all) throws InterruptedException {
        while (!pending.isEmpty() && (all || pending.get(0).isDone())) {
            try {
                done.add(pending.get(0).get(POLL_MILLIS, TimeUnit.MILLISECONDS));
                pending.remove(0);
                progress.report(done.size());
            } catch (TimeoutException e) {
                progress.tick(done.size());
            } catch (ExecutionException e) {
                if (e.getCause() instanceof Error error) {
                    throw error; // such as a full heap: its cause is not the corpus
                }
                throw e.getCause() instanceof RuntimeException failure
                        ? failure
                        : new LimeException("[annotate] " + e.getCause(), e);
            }
        }
    }

    private ShardManifest manifest(SubwordTokenizer tokenizer, UnitOutcomes outcomes) {
        Map<String, String> provenance = new TreeMap<>();
        provenance.put("words", Long.toString(outcomes.words()));
        provenance.put("reader", job.reader().identity());
        Map<String, Long> filtered = outcomes.filtered(corpus);
        if (!filtered.isEmpty()) {
            provenance.put("filtered", filtered.toString());
        }
        ShardManifest manifest =
                ShardManifest.of(
                        job.annotators().schema(),
                        job.mode(),
                        job.alignment(),
                        tokenizer.info(),
                        job.annotators().id(),
                        provenance,
                        outcomes.shards());
        return manifest.withAnnotatorInfo(job.annotators().info());
    }

    /** A daemon thread. */
    private static final class UnitThread extends Thread {
        UnitThread(Runnable work) {
            super(work, "annotate");
            setDaemon(true);
        }
    }
}
