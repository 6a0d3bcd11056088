package org.limelm.train.compare;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.limelm.core.io.Json;
import org.limelm.train.evaluation.EvaluationResult;
import org.limelm.train.evaluation.TokenStatistics;
import org.limelm.train.record.RunFolder;

/**
 * An evaluation of a trained arm, as written to {@code evaluations/NAME.json} in the run's folder.
 *
 * @param configuration hash of everything that determines the result, see {@link
 *     RunSettings#keyOfEvaluation}
 * @param result the figures, labelled with annotation mode and origin of the tags
 * @param statistics their division by passage, class of token and token
 */
public record ArmEvaluation(
        String configuration, EvaluationResult result, TokenStatistics statistics) {
    private static final String FOLDER = "evaluations";

    private static Path file(Path run, String name) {
        return run.resolve(FOLDER).resolve(name + ".json");
    }

    /** Returns the result of an evaluation, if it exists for this configuration. */
    static Optional<ArmEvaluation> find(Path run, String name, String configuration) {
        Path file = file(run, name);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        return Optional.of(Json.read(file, ArmEvaluation.class))
                .filter(found -> found.configuration().equals(configuration));
    }

    /** Writes the result of an evaluation into the folder of its run. */
    void write(Path run, String name) {
        RunFolder.create(run.resolve(FOLDER));
        Json.write(file(run, name), this);
    }
}
