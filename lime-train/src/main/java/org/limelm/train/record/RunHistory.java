package org.limelm.train.record;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.limelm.core.io.IoErrors;
import org.limelm.core.io.Json;

/**
 * The history of a run, {@code history.jsonl}: one {@link RunEnvironment} per start or resume,
 * oldest first. Append-only.
 */
public final class RunHistory {
    private RunHistory() {}

    /**
     * Appends the start of a part of the run.
     *
     * @throws org.limelm.core.LimeException if the disk fails or is full
     */
    public static void append(RunFolder folder, RunEnvironment environment) {
        Path file = folder.history();
        try {
            Files.writeString(
                    file,
                    Json.toLine(environment) + "\n",
                    StandardCharsets.UTF_8,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw IoErrors.cannotWrite(file, e);
        }
    }
}
