package org.limelm.annotate.pipeline;

import java.util.List;
import java.util.Map;
import org.limelm.core.corpus.PassedOverFiles;

/**
 * The result of an annotation.
 *
 * @param documents documents in the shards
 * @param words linguistic tokens in the shards
 * @param tokens subword pieces in the shards, one end of text per document included
 * @param bytes UTF-8 bytes of text in the shards
 * @param shards number of shards
 * @param shardsReused shards that an earlier run had finished
 * @param quarantined records that could not be used, by reason
 * @param filtered documents that a filter left out, by reason
 * @param passedOver files and folders of the corpus that were skipped
 * @param threads number of annotation threads, or of units at a time in other processes
 * @param seconds duration of this run
 * @param wordsThisRun linguistic tokens annotated in this run
 * @param tokensThisRun subword pieces of these words
 * @param wordsPerSecond wordsThisRun / seconds
 * @param cpuSeconds processor time that this run spent annotating
 * @param coreHoursPerBillionWords processor time per 10⁹ linguistic tokens; 0 if none was annotated
 * @param coreHoursPerBillionTokens the same per 10⁹ subword pieces
 */
public record AnnotateReport(
        long documents,
        long words,
        long tokens,
        long bytes,
        int shards,
        int shardsReused,
        Map<String, Long> quarantined,
        Map<String, Long> filtered,
        List<PassedOverFiles> passedOver,
        int threads,
        double seconds,
        long wordsThisRun,
        long tokensThisRun,
        double wordsPerSecond,
        double cpuSeconds,
        double coreHoursPerBillionWords,
        double coreHoursPerBillionTokens) {}
