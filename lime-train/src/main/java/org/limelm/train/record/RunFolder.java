package org.limelm.train.record;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.limelm.core.io.IoErrors;

/**
 * The layout of a run folder.
 *
 * @param root the folder
 */
public record RunFolder(Path root) {
    /** Creates the folder if it does not exist. */
    public static RunFolder create(Path root) {
        try {
            Files.createDirectories(root);
            return new RunFolder(root);
        } catch (IOException e) {
            throw IoErrors.cannotWrite(root, e);
        }
    }

    /** Returns the file of the resolved configuration. */
    public Path config() {
        return root.resolve("config.yaml");
    }

    /** Returns the file of the run's history, one {@link RunEnvironment} per line. */
    public Path history() {
        return root.resolve("history.jsonl");
    }

    /** Returns the file of logged steps, one {@link StepMetrics} per line. */
    public Path metrics() {
        return root.resolve("metrics.jsonl");
    }

    /** Returns the file of evaluations, one {@link EvaluationEntry} per line. */
    public Path evaluations() {
        return root.resolve("eval.jsonl");
    }

    /** Returns the file of skipped steps with their documents, one per line. */
    public Path anomalies() {
        return root.resolve("anomalies.jsonl");
    }

    /** Returns the folder of the checkpoints. */
    public Path checkpoints() {
        return root.resolve("checkpoints");
    }

    /** Returns the folder of TensorBoard's event files. */
    public Path tensorboard() {
        return root.resolve("tensorboard");
    }

    /** Returns the folder of the final model. */
    public Path model() {
        return root.resolve("model");
    }
}
