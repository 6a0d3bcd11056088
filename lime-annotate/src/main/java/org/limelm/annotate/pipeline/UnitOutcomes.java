package org.limelm.annotate.pipeline;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.limelm.core.corpus.CorpusReader;
import org.limelm.core.corpus.FilterReason;
import org.limelm.core.shard.ShardEntry;

/**
 * The outcomes of all units of a job.
 *
 * @param units in the order of the corpus
 */
record UnitOutcomes(List<UnitOutcome> units) {
    UnitOutcomes {
        units = List.copyOf(units);
    }

    List<ShardEntry> shards() {
        return units.stream().map(unit -> unit.finished().shard()).toList();
    }

    long documents() {
        return sum(ShardEntry::documents);
    }

    long words() {
        return units.stream().mapToLong(unit -> unit.finished().words()).sum();
    }

    private long sum(ToLongFunction<ShardEntry> count) {
        return shards().stream().mapToLong(count).sum();
    }

    private UnitOutcomes ofThisRun() {
        return new UnitOutcomes(units.stream().filter(unit -> !unit.reused()).toList());
    }

    /** Returns the number of documents that the filters left out, by reason. */
    Map<String, Long> filtered(CorpusReader corpus) {
        Map<String, Long> filtered = new LinkedHashMap<>();
        corpus.filtered().forEach((reason, count) -> filtered.put(reason.label(), count));
        long afterwards =
                units.stream().mapToLong(unit -> unit.finished().leftOut().orElse(0)).sum();
        if (afterwards > 0) {
            filtered.put(FilterReason.CHARACTERS_PER_TOKEN.label(), afterwards);
        }
        return filtered;
    }

    /**
     * Returns the report of the job.
     *
     * @param threads threads of the job
     * @param seconds duration of this run
     */
    AnnotateReport report(CorpusReader corpus, int threads, double seconds) {
        UnitOutcomes fresh = ofThisRun();
        double cpuSeconds = fresh.units.stream().mapToDouble(UnitOutcome::cpuSeconds).sum();
        long wordsThisRun = fresh.words();
        long tokensThisRun = fresh.sum(ShardEntry::tokens);
        Map<String, Long> quarantined = new LinkedHashMap<>();
        corpus.quarantine()
                .counts()
                .forEach((reason, count) -> quarantined.put(reason.label(), count));
        return new AnnotateReport(
                documents(),
                words(),
                sum(ShardEntry::tokens),
                sum(ShardEntry::bytes),
                units.size(),
                units.size() - fresh.units.size(),
                quarantined,
                filtered(corpus),
                corpus.passedOver(),
                threads,
                seconds,
                wordsThisRun,
                tokensThisRun,
                wordsThisRun / seconds,
                cpuSeconds,
                coreHoursPerBillion(cpuSeconds, wordsThisRun),
                coreHoursPerBillion(cpuSeconds, tokensThisRun));
    }

    private static double coreHoursPerBillion(double cpuSeconds, long count) {
        return count == 0 ? 0 : cpuSeconds / 3600 / count * 1e9;
    }
}
