package org.limelm.train.record;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.limelm.core.LimeException;
import org.limelm.core.io.IoErrors;
import org.limelm.core.io.Json;

/**
 * Reads the log files of a run. An incomplete last line, which is being written or was left by a
 * killed process, is ignored.
 */
public final class RunLogs {
    private RunLogs() {}

    /**
     * Returns the logged steps, oldest first.
     *
     * @throws LimeException if the file is missing or damaged
     */
    public static List<StepMetrics> metrics(RunFolder folder) {
        return read(folder.metrics(), StepMetrics.class);
    }

    /**
     * Returns the evaluations during training, oldest first.
     *
     * @throws LimeException if the file is missing or damaged
     */
    public static List<EvaluationEntry> evaluations(RunFolder folder) {
        return read(folder.evaluations(), EvaluationEntry.class);
    }

    /**
     * Returns the environment of each part of the run, oldest first.
     *
     * @throws LimeException if the file is missing or damaged
     */
    public static List<RunEnvironment> history(RunFolder folder) {
        return read(folder.history(), RunEnvironment.class);
    }

    private static <T> List<T> read(Path file, Class<T> type) {
        try {
            String text = Files.readString(file, StandardCharsets.UTF_8);
            return text.substring(0, text.lastIndexOf('\n') + 1)
                    .lines()
                    .map(line -> Json.parse(line, type, file.toString()))
                    .toList();
        } catch (IOException e) {
            throw IoErrors.cannotRead(file, e);
        }
    }
}
