package org.limelm.core.corpus;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.limelm.core.LimeException;
import org.limelm.core.io.AtomicFile;
import org.limelm.core.io.Json;

/**
 * The records of a corpus that were rejected: all are counted, the first {@value #MAX_LISTED} are
 * listed. Not thread-safe.
 */
public final class Quarantine {
    /** Maximum number of records that are listed; the others are only counted. */
    public static final int MAX_LISTED = 10_000;

    /** Number of records below which the fraction of bad ones says too little. */
    private static final long MIN_RECORDS = 10_000;

    private static final int EXAMPLES = 3;

    private final Map<QuarantineReason, Long> counts = new EnumMap<>(QuarantineReason.class);
    private final List<QuarantinedRecord> listed = new ArrayList<>();
    private long documents;

    Quarantine() {}

    void countDocument() {
        documents++;
    }

    void add(QuarantinedRecord quarantined) {
        counts.merge(quarantined.reason(), 1L, Long::sum);
        if (listed.size() < MAX_LISTED) {
            listed.add(quarantined);
        }
    }

    /** Rejects the corpus if too large a fraction of it is bad; empty texts do not count as bad. */
    void check(double maxBadFraction, boolean complete) {
        long seen = documents + size();
        long bad = size() - counts.getOrDefault(QuarantineReason.EMPTY_TEXT, 0L);
        if ((complete || seen >= MIN_RECORDS) && bad > maxBadFraction * seen) {
            String examples =
                    listed.stream()
                            .filter(record -> record.reason() != QuarantineReason.EMPTY_TEXT)
                            .limit(EXAMPLES)
                            .map(QuarantinedRecord::toString)
                            .collect(Collectors.joining("; "));
            throw new LimeException(
                    "[corpus] %d of %d records cannot be used, more than the allowed fraction %s: %s. Hint: look at %s, or allow a larger fraction: data.maxBadFraction in a configuration, --max-bad of annotate"
                            .formatted(bad, seen, maxBadFraction, labels(), examples));
        }
    }

    private String labels() {
        return counts.entrySet().stream()
                .map(entry -> entry.getKey().label() + " " + entry.getValue())
                .collect(Collectors.joining(", "));
    }

    /** Returns the number of rejected records. */
    public long size() {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Returns the number of rejected records, by reason; reasons that did not occur are absent. */
    public Map<QuarantineReason, Long> counts() {
        return Collections.unmodifiableMap(counts);
    }

    /** Returns the first {@value #MAX_LISTED} rejected records, in the order of the corpus. */
    public List<QuarantinedRecord> listed() {
        return Collections.unmodifiableList(listed);
    }

    /**
     * Writes the list as JSON lines: {@code {"origin": …, "reason": …, "detail": …}}.
     *
     * @throws LimeException if the disk fails or is full
     */
    public void write(Path file) {
        AtomicFile.write(
                file,
                out -> {
                    for (QuarantinedRecord quarantined : listed) {
                        out.write(
                                (Json.toLine(quarantined) + "\n").getBytes(StandardCharsets.UTF_8));
                    }
                });
    }
}
