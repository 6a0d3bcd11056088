package org.limelm.annotate.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
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
    private final AnnotateJob job;
    private final Consumer<AnnotateProgress> listener;

    private AnnotatePipeline(AnnotateJob job, Consumer<AnnotateProgress> listener) {
        this.job = job;
        this.listener = listener;
    }

    /**
     * Runs a job, or the remainder of an interrupted one.
     *
     * @param listener called after every unit, by a single thread
     * @throws LimeException if the corpus or the folder cannot be used, or the folder belongs to
     *     another job
     */
    @SuppressWarnings("try") // the lock is held, not used
    public static AnnotateReport run(AnnotateJob job, Consumer<AnnotateProgress> listener) {
        try {
            requireOutputOutsideCorpus(job);
            Files.createDirectories(job.output());
            try (FolderLock lock = lock(job.output());
                    CorpusReader corpus = CorpusReader.open(job.corpus(), job.reader())) {
                return new AnnotatePipeline(job, listener).run(corpus);
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
            if (Files.isDirectory(path)
                    && Files.isDirectory(job.output())
                    && Files.isSameFile(path, job.output())) {
                throw new LimeException(
                        "["
                                + job.output()
                                + "] is a folder of the corpus. Hint: write the shards to a separate"
                                + " folder, which may be below this one");
            }
        }
    }

    private AnnotateReport run(CorpusReader corpus) {
        long startNanos = System.nanoTime();
        SubwordTokenizer tokenizer = SubwordTokenizer.load(job.tokenizer(), job.endOfText());
        JobIdentity.of(job, tokenizer, corpus.files()).claim(job.output());
        AtomicFile.removeLeftovers(job.output());

        List<UnitOutcome> outcomes = annotate(corpus, tokenizer, startNanos);
        if (outcomes.isEmpty()) {
            throw new LimeException(
                    "[corpus] no documents in "
                            + job.corpus()
                            + ". Hint: are the files empty, or is the text"
                            + " in another field (--text-field, data.textField)?");
        }
        if (corpus.quarantine().size() > 0) {
            corpus.quarantine().write(job.output().resolve("quarantine.jsonl"));
        }
        manifest(tokenizer, outcomes).write(job.output());
        return report(corpus, outcomes, (System.nanoTime() - startNanos) / 1e9);
    }

    /** Reads a bounded number of units ahead of the threads, and collects outcomes in order. */
    private List<UnitOutcome> annotate(
            CorpusReader corpus, SubwordTokenizer tokenizer, long startNanos) {
        UnitAnnotator annotator = new UnitAnnotator(job, tokenizer);
        Semaphore slots = new Semaphore(2 * job.threads());
        ExecutorService threads = Executors.newFixedThreadPool(job.threads(), UnitThread::new);
        List<Future<UnitOutcome>> pending = new ArrayList<>();
        List<UnitOutcome> done = new ArrayList<>();
        try {
            UnitReader units = new UnitReader(corpus, job.unitCharacters());
            while (units.hasNext()) {
                slots.acquire();
                collect(pending, done, corpus, startNanos, false);
                Unit unit = units.next();
                pending.add(
                        threads.submit(
                                () -> {
                                    try {
                                        return annotator.annotate(unit);
                                    } finally {
                                        slots.release();
                                    }
                                }));
            }
            collect(pending, done, corpus, startNanos, true);
            return done;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LimeException(
                    "[annotate] interrupted. Hint: run the same command again to resume", e);
        } finally {
            threads.shutdownNow();
        }
    }

    /** Collects finished units in order; rethrows the failure of a unit. */
    private void collect(
            List<Future<UnitOutcome>> pending,
            List<UnitOutcome> done,
            CorpusReader corpus,
            long startNanos,
            boolean all)
            throws InterruptedException {
        while (!pending.isEmpty() && (all || pending.get(0).isDone())) {
            try {
                done.add(pending.remove(0).get());
            } catch (ExecutionException e) {
                throw e.getCause() instanceof RuntimeException failure
                        ? failure
                        : new LimeException("[annotate] " + e.getCause(), e);
            }
            CorpusReader.Progress read = corpus.progress();
            listener.accept(
                    new AnnotateProgress(
                            read.bytesRead(),
                            read.totalBytes(),
                            done.size(),
                            wordsThisRun(done),
                            (System.nanoTime() - startNanos) / 1e9));
        }
    }

    private ShardManifest manifest(SubwordTokenizer tokenizer, List<UnitOutcome> outcomes) {
        Map<String, String> provenance = new TreeMap<>();
        provenance.put("words", Long.toString(words(outcomes)));
        provenance.put("reader", job.reader().toString());
        ShardManifest manifest =
                ShardManifest.of(
                        job.annotators().schema(),
                        job.mode(),
                        job.alignment(),
                        tokenizer.info(),
                        job.annotators().id(),
                        provenance,
                        outcomes.stream().map(outcome -> outcome.finished().shard()).toList());
        return manifest.withAnnotatorInfo(job.annotators().info());
    }

    private AnnotateReport report(CorpusReader corpus, List<UnitOutcome> outcomes, double seconds) {
        long tokens = sum(outcomes, ShardEntry::tokens);
        List<UnitOutcome> fresh = outcomes.stream().filter(outcome -> !outcome.reused()).toList();
        double cpuSeconds = fresh.stream().mapToDouble(UnitOutcome::cpuSeconds).sum();
        long wordsThisRun = words(fresh);
        long tokensThisRun = sum(fresh, ShardEntry::tokens);
        Map<String, Long> quarantined = new LinkedHashMap<>();
        corpus.quarantine()
                .counts()
                .forEach((reason, count) -> quarantined.put(reason.label(), count));
        return new AnnotateReport(
                sum(outcomes, ShardEntry::documents),
                words(outcomes),
                tokens,
                sum(outcomes, ShardEntry::bytes),
                outcomes.size(),
                outcomes.size() - fresh.size(),
                quarantined,
                corpus.passedOver(),
                job.threads(),
                seconds,
                wordsThisRun,
                wordsThisRun / seconds,
                cpuSeconds,
                coreHoursPerBillion(cpuSeconds, wordsThisRun),
                coreHoursPerBillion(cpuSeconds, tokensThisRun));
    }

    private static double coreHoursPerBillion(double cpuSeconds, long count) {
        return count == 0 ? 0 : cpuSeconds / 3600 / count * 1e9;
    }

    private static long words(List<UnitOutcome> outcomes) {
        return outcomes.stream().mapToLong(outcome -> outcome.finished().words()).sum();
    }

    private static long wordsThisRun(List<UnitOutcome> outcomes) {
        return words(outcomes.stream().filter(outcome -> !outcome.reused()).toList());
    }

    private static long sum(
            List<UnitOutcome> outcomes, java.util.function.ToLongFunction<ShardEntry> count) {
        return outcomes.stream()
                .mapToLong(outcome -> count.applyAsLong(outcome.finished().shard()))
                .sum();
    }

    /** A daemon thread. */
    private static final class UnitThread extends Thread {
        UnitThread(Runnable work) {
            super(work, "annotate");
            setDaemon(true);
        }
    }
}
