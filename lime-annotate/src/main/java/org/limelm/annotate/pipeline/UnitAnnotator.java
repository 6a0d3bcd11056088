package org.limelm.annotate.pipeline;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.limelm.annotate.subword.SubwordTokenizer;
import org.limelm.core.LimeException;
import org.limelm.core.shard.DocumentName;
import org.limelm.core.shard.ShardDocument;
import org.limelm.core.shard.ShardEntry;
import org.limelm.core.shard.ShardWriter;
import org.limelm.core.text.Document;

/** Writes the shard of a unit, which depends only on the unit, in this process. Thread-safe. */
final class UnitAnnotator implements UnitAnnotation {
    private final AnnotateJob job;
    private final SubwordTokenizer tokenizer;
    private final AnnotatedCounter counter;
    private final ThreadLocal<DocumentAnnotator> annotators;

    UnitAnnotator(AnnotateJob job, SubwordTokenizer tokenizer, AnnotatedCounter counter) {
        this.job = job;
        this.tokenizer = tokenizer;
        this.counter = counter;
        this.annotators =
                ThreadLocal.withInitial(
                        () ->
                                new DocumentAnnotator(
                                        job.annotators(), tokenizer, job.mode(), job.alignment()));
    }

    @Override
    public UnitOutcome annotate(Unit unit) {
        Path shard = job.output().resolve(ShardWriter.fileName(unit.number()));
        String contentHash = unit.contentHash();
        Optional<FinishedUnit> earlier = FinishedUnit.find(shard, contentHash);
        if (earlier.isPresent()) {
            counter.countReused(unit.characters());
            return new UnitOutcome(earlier.get(), true, 0);
        }
        long cpuNanos = cpuNanos();
        List<ShardDocument> documents = new ArrayList<>(unit.documents().size());
        long words = 0;
        for (Document document : unit.documents()) {
            requireUninterrupted();
            AnnotatedDocument annotated = annotate(document);
            counter.countAnnotated(document.text().length(), annotated.words());
            int textPieces = annotated.pieces().size() - 1; // without the end of text
            if (!job.reader().filter().keeps(document.text().length(), textPieces)) {
                continue;
            }
            words += annotated.words();
            documents.add(
                    new ShardDocument(
                            new DocumentName(document.id(), document.origin()),
                            annotated.pieces()));
        }
        ShardEntry entry =
                ShardWriter.write(
                        shard, job.annotators().schema(), tokenizer.vocabularySize(), documents);
        FinishedUnit finished =
                new FinishedUnit(contentHash, entry, words, leftOut(unit, documents.size()));
        finished.write(shard);
        return new UnitOutcome(finished, false, (cpuNanos() - cpuNanos) / 1e9);
    }

    /** Ends the work on a unit whose run has failed or was cancelled. */
    private static void requireUninterrupted() {
        if (Thread.currentThread().isInterrupted()) {
            throw new LimeException("[annotate] interrupted");
        }
    }

    private static Optional<Integer> leftOut(Unit unit, int kept) {
        int leftOut = unit.documents().size() - kept;
        return leftOut == 0 ? Optional.empty() : Optional.of(leftOut);
    }

    private AnnotatedDocument annotate(Document document) {
        try {
            return annotators.get().annotate(document);
        } catch (RuntimeException e) {
            throw new LimeException(
                    "[document %s, %s] %s"
                            .formatted(document.id(), document.origin(), e.getMessage()),
                    e);
        } catch (OutOfMemoryError e) { // otherwise each attempt to resume fails without a name
            throw new LimeException(
                    String.format(
                            Locale.ROOT,
                            "[document %s, %s] out of Java memory for a text of %,d characters: %s. Hint: set LIME_JAVA_OPTS=-Xmx8g, use fewer threads, or leave out long documents with --max-characters",
                            document.id(),
                            document.origin(),
                            document.text().length(),
                            e.getMessage()),
                    e);
        }
    }

    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
