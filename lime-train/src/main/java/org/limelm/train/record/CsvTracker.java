package org.limelm.train.record;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.limelm.core.io.AtomicFile;
import org.limelm.core.io.IoErrors;

/**
 * Writes {@code metrics.csv} in the run folder: a header, and one line per logged step or
 * evaluation with empty cells for what it does not have. When a run is resumed, lines of later
 * steps are dropped.
 */
final class CsvTracker implements Tracker {
    static final String FILE = "metrics.csv";

    private static final String HEADER = "step," + String.join(",", RunRecord.CURVES) + "\n";

    private @Nullable BufferedWriter writer;

    @Override
    public void start(TrackedRun run) {
        Path file = run.folder().root().resolve(FILE);
        try {
            List<String> kept =
                    Files.exists(file)
                            ? Files.readString(file, StandardCharsets.UTF_8)
                                    .lines()
                                    .skip(1)
                                    .filter(line -> isKept(line, run.stepsDone()))
                                    .toList()
                            : List.of();
            AtomicFile.writeString(
                    file,
                    HEADER + kept.stream().map(line -> line + "\n").collect(Collectors.joining()));
            writer = Files.newBufferedWriter(file, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw IoErrors.cannotWrite(file, e);
        }
    }

    /** Returns whether a line is complete and not of a later step. */
    private static boolean isKept(String line, long lastStep) {
        String[] cells = line.split(",", -1);
        return cells.length == RunRecord.CURVES.size() + 1
                && cells[0].matches("\\d{1,18}")
                && Long.parseLong(cells[0]) <= lastStep;
    }

    @Override
    public void scalars(long step, Map<String, Double> values) {
        if (writer == null) {
            return;
        }
        String cells =
                RunRecord.CURVES.stream()
                        .map(name -> values.containsKey(name) ? values.get(name).toString() : "")
                        .collect(Collectors.joining(","));
        try {
            writer.write(step + "," + cells + "\n");
            writer.flush();
        } catch (IOException e) {
            throw IoErrors.cannotWrite(Path.of(FILE), e);
        }
    }

    @Override
    public void end(Outcome outcome) {
        if (writer != null) {
            try {
                writer.close();
            } catch (IOException e) {
                throw IoErrors.cannotWrite(Path.of(FILE), e);
            }
            writer = null;
        }
    }
}
