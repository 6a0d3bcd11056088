package org.limelm.train.record;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.limelm.core.io.IoErrors;
import org.limelm.core.io.Json;
import org.limelm.train.evaluation.EvaluationResult;

/**
 * One line of {@code eval.jsonl}.
 *
 * @param step completed optimizer steps
 * @param tokens tokens trained on so far
 * @param result result on the held-out documents
 */
public record EvaluationEntry(long step, long tokens, EvaluationResult result) {
    /**
     * Returns the evaluations of a run, in order; none if it has not been evaluated.
     *
     * @throws org.limelm.core.LimeException if the file cannot be read
     */
    public static List<EvaluationEntry> read(RunFolder run) {
        Path file = run.evaluations();
        if (!Files.exists(file)) {
            return List.of();
        }
        try {
            return Files.readAllLines(file).stream()
                    .map(line -> Json.parse(line, EvaluationEntry.class, file.toString()))
                    .toList();
        } catch (IOException e) {
            throw IoErrors.cannotRead(file, e);
        }
    }
}
