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
 * What was not read of a corpus: all of it counted, the first {@value #MAX_LISTED} records listed.
 * Not safe for use from several threads.
 */
public final class Quarantine {
    /** Most records that are listed; beyond it they are only counted. */
    public static final int MAX_LISTED = 10_000;

    /** Until so many records were seen, their bad share says too little. */
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

    /** Refuses the corpus if too large a share of it is bad; empty texts are skipped, not bad. */
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
                    "[corpus] %d of %d records cannot be used, over the share of %s: %s. Hint: look at %s, or accept a larger share: data.maxBadFraction in a configuration, --max-bad of annotate"
                            .formatted(bad, seen, maxBadFraction, labels(), examples));
        }
    }

    private String labels() {
        return counts.entrySet().stream()
                .map(entry -> entry.getKey().label() + " " + entry.getValue())
                .collect(Collectors.joining(", "));
    }

    /** Returns the number of records not read. */
    public long size() {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Returns the number of records not read, by reason; reasons that did not occur are absent. */
    public Map<QuarantineReason, Long> counts() {
        return Collections.unmodifiableMap(counts);
    }

    /** Returns the first {@value #MAX_LISTED} records not read, in the order of the corpus. */
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
