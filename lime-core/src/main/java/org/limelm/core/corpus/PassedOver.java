package org.limelm.core.corpus;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Collects the files and folders of a corpus that are skipped: their number and examples. */
final class PassedOver {
    private static final int EXAMPLES = 3;

    private final Map<PassedOverFiles.Reason, List<String>> examples =
            new EnumMap<>(PassedOverFiles.Reason.class);
    private final Map<PassedOverFiles.Reason, Long> counts =
            new EnumMap<>(PassedOverFiles.Reason.class);

    void add(Path path, PassedOverFiles.Reason reason) {
        counts.merge(reason, 1L, Long::sum);
        List<String> listed = examples.computeIfAbsent(reason, none -> new ArrayList<>());
        if (listed.size() < EXAMPLES) {
            listed.add(path.toString());
        }
    }

    /** Returns a summary for each reason that occurred. */
    List<PassedOverFiles> summary() {
        return counts.entrySet().stream()
                .map(
                        entry ->
                                new PassedOverFiles(
                                        entry.getKey(),
                                        entry.getValue(),
                                        examples.getOrDefault(entry.getKey(), List.of())))
                .toList();
    }
}
