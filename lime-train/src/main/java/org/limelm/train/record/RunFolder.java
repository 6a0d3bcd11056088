package org.limelm.train.record;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.limelm.core.io.IoErrors;

/**
 * The places in a run's folder.
 *
 * @param root the folder
 */
public record RunFolder(Path root) {
    /** Creates the folder if there is none. */
    public static RunFolder create(Path root) {
        try {
            Files.createDirectories(root);
            return new RunFolder(root);
        } catch (IOException e) {
            throw IoErrors.cannotWrite(root, e);
        }
    }

    /** Returns the resolved configuration. */
    public Path config() {
        return root.resolve("config.yaml");
    }

    /** Returns versions, machine and command of every part of the run, one per line. */
    public Path history() {
        return root.resolve("history.jsonl");
    }

    /** Returns the logged steps, one {@link StepMetrics} per line. */
    public Path metrics() {
        return root.resolve("metrics.jsonl");
    }

    /** Returns the evaluations, one result with its step per line. */
    public Path evaluations() {
        return root.resolve("eval.jsonl");
    }

    /** Returns the skipped steps with their documents, one per line. */
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
