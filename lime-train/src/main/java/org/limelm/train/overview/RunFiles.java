package org.limelm.train.overview;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.limelm.core.LimeException;
import org.limelm.core.config.ConfigLoader;
import org.limelm.core.io.FolderLock;
import org.limelm.model.weights.ModelDescription;
import org.limelm.model.weights.ModelFolder;
import org.limelm.train.checkpoint.Checkpointer;
import org.limelm.train.config.CheckpointConfig;
import org.limelm.train.config.RunConfig;
import org.limelm.train.record.EvaluationEntry;
import org.limelm.train.record.RunEnvironment;
import org.limelm.train.record.RunFolder;
import org.limelm.train.record.RunLogs;
import org.limelm.train.record.StepMetrics;

/**
 * The readable files of a run folder. A file that cannot be read is a problem of the run, not an
 * error.
 *
 * @param folder the run folder
 * @param running whether a process trains in it
 * @param config its configuration
 * @param history one entry per start or resume, oldest first
 * @param steps logged steps, oldest first
 * @param evaluations evaluations during training, oldest first
 * @param checkpoints steps of the checkpoints, latest first
 * @param model description of the final model
 * @param problems why the run is damaged
 */
record RunFiles(
        RunFolder folder,
        boolean running,
        Optional<RunConfig> config,
        List<RunEnvironment> history,
        List<StepMetrics> steps,
        List<EvaluationEntry> evaluations,
        List<Long> checkpoints,
        Optional<ModelDescription> model,
        List<String> problems) {

    static RunFiles read(Path root) {
        RunFolder folder = new RunFolder(root);
        boolean running = FolderLock.isHeld(root);
        Reader reader = new Reader();
        Optional<RunConfig> config =
                reader.attempt(
                        () -> ConfigLoader.load(RunConfig.class, folder.config(), List.of()));
        List<RunEnvironment> history =
                reader.attempt(() -> RunLogs.history(folder)).orElse(List.of());
        List<StepMetrics> steps =
                reader.ifPresent(folder.metrics(), () -> RunLogs.metrics(folder)).orElse(List.of());
        List<EvaluationEntry> evaluations =
                reader.ifPresent(folder.evaluations(), () -> RunLogs.evaluations(folder))
                        .orElse(List.of());
        List<Long> checkpoints =
                reader.attempt(() -> checkpoints(folder.checkpoints())).orElse(List.of());
        Optional<ModelDescription> model =
                reader.ifPresent(folder.model(), () -> model(folder.model()));
        return new RunFiles(
                folder,
                running,
                config,
                history,
                steps,
                evaluations,
                checkpoints,
                model,
                List.copyOf(reader.problems));
    }

    private static List<Long> checkpoints(Path folder) {
        return new Checkpointer(folder, CheckpointConfig.defaults(), warning -> {})
                .checkpoints().stream().map(Checkpointer::stepOf).toList();
    }

    private static ModelDescription model(Path folder) {
        Path weights = folder.resolve(ModelFolder.WEIGHTS);
        if (!Files.exists(weights)) {
            throw new LimeException("[%s] no such file".formatted(weights));
        }
        return ModelFolder.describe(folder);
    }

    /** Returns the number of processes of the last part of the run. */
    int processes() {
        return history.isEmpty() ? 1 : history.get(history.size() - 1).processes();
    }

    /** Returns the number of steps done, as far as logs and checkpoints tell. */
    long stepsDone() {
        long logged = steps.isEmpty() ? 0 : steps.get(steps.size() - 1).step();
        return Math.max(logged, checkpoints.isEmpty() ? 0 : checkpoints.get(0));
    }

    /** Collects what could not be read. */
    private static final class Reader {
        private final List<String> problems = new ArrayList<>();

        <T> Optional<T> attempt(Supplier<T> read) {
            try {
                return Optional.of(read.get());
            } catch (LimeException e) {
                problems.add(String.valueOf(e.getMessage()));
                return Optional.empty();
            }
        }

        <T> Optional<T> ifPresent(Path file, Supplier<T> read) {
            return Files.exists(file) ? attempt(read) : Optional.empty();
        }
    }
}
