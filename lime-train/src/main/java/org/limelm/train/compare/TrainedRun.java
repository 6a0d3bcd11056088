package org.limelm.train.compare;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.limelm.core.io.Json;
import org.limelm.train.record.RunEnvironment;

/**
 * A finished run, written to {@code trained.json} in its folder when its model is complete.
 *
 * @param arm label of the arm
 * @param seed seed of the run
 * @param parameters number of trainable parameters
 * @param tokens tokens trained on
 * @param distinctTokens tokens of the training documents
 * @param trainingSeconds training time, without evaluations and checkpoints
 * @param curve results on the held-out documents during training, ascending
 * @param heldOutTokens tokens that were scored for every point of the curve
 * @param environment machine and versions of its last part
 */
public record TrainedRun(
        String arm,
        long seed,
        long parameters,
        long tokens,
        long distinctTokens,
        double trainingSeconds,
        List<CurvePoint> curve,
        long heldOutTokens,
        RunEnvironment environment) {
    /** Name of the file in a run folder. */
    public static final String FILE = "trained.json";

    /** Copies the curve. */
    public TrainedRun {
        curve = List.copyOf(curve);
    }

    /**
     * Returns the core-seconds of training per token: the training time with the threads of the
     * last part. Empty for a run on a GPU, whose work the threads of the host do not measure.
     */
    public OptionalDouble coreSecondsPerToken() {
        return environment.onCpu()
                ? OptionalDouble.of(trainingSeconds * environment.threads() / tokens)
                : OptionalDouble.empty();
    }

    /** Returns the record in a run folder, if the run is finished. */
    static Optional<TrainedRun> find(Path folder) {
        Path file = folder.resolve(FILE);
        return Files.exists(file)
                ? Optional.of(Json.read(file, TrainedRun.class))
                : Optional.empty();
    }

    /** Writes the record into a run folder. */
    void write(Path folder) {
        Json.write(folder.resolve(FILE), this);
    }
}
