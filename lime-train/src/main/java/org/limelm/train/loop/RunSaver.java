package org.limelm.train.loop;

import java.nio.file.Path;
import java.util.Optional;
import org.limelm.core.config.ConfigLoader;
import org.limelm.core.io.AtomicFile;
import org.limelm.core.io.Json;
import org.limelm.model.weights.ModelFolder;
import org.limelm.train.checkpoint.Checkpointer;
import org.limelm.train.checkpoint.TrainState;

/** Writes the checkpoints of a run and its final model. */
final class RunSaver {
    private final Run run;

    RunSaver(Run run) {
        this.run = run;
    }

    /**
     * Saves a checkpoint of the current state. Must be called by all processes; the leader writes
     * it.
     *
     * @return its folder, on the leader
     */
    Optional<Path> checkpoint(TrainState state) {
        Optional<Path> saved = run.checkpointer().map(checkpointer -> write(checkpointer, state));
        if (saved.isEmpty()) {
            run.model().tensors().assistWriting();
        }
        run.team().await();
        return saved;
    }

    private Path write(Checkpointer checkpointer, TrainState state) {
        return checkpointer.save(
                state.step(),
                into -> {
                    run.model().tensors().write(into, run.provenance(state.step()));
                    Json.write(into.resolve(TrainState.FILE), state);
                    AtomicFile.writeString(
                            into.resolve("config.yaml"), ConfigLoader.toYaml(run.config()));
                });
    }

    /** Writes the final model on the leader, averaged if so configured, and returns its folder. */
    Path finalModel(TrainState state) {
        Path folder = run.folder().model();
        boolean averaged = run.config().evaluation().averaged();
        run.team().onLeader(() -> run.model().using(averaged, () -> write(folder, state)));
        return folder;
    }

    private void write(Path folder, TrainState state) {
        ModelFolder.save(folder, run.model().decoder(), run.provenance(state.step()).entries());
    }
}
