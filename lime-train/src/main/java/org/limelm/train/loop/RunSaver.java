package org.limelm.train.loop;

import java.nio.file.Path;
import org.limelm.core.config.ConfigLoader;
import org.limelm.core.io.AtomicFile;
import org.limelm.core.io.Json;
import org.limelm.model.weights.ModelFolder;
import org.limelm.train.arm.ModelProvenance;

/** Writes what a run can go on from, and its final model. */
final class RunSaver {
    /** Name of the {@link TrainState} in a checkpoint. */
    static final String STATE = "state.json";

    private final Run run;

    RunSaver(Run run) {
        this.run = run;
    }

    /** Saves a checkpoint of the model as it is, and returns its folder. */
    Path checkpoint(TrainState state) {
        return run.checkpointer()
                .save(
                        state.step(),
                        into -> {
                            run.model().write(into, provenance(state));
                            Json.write(into.resolve(STATE), state);
                            AtomicFile.writeString(
                                    into.resolve("config.yaml"), ConfigLoader.toYaml(run.config()));
                        });
    }

    /** Writes the final model, averaged if so configured, and returns its folder. */
    Path finalModel(TrainState state) {
        Path folder = run.folder().model();
        run.model()
                .using(
                        run.config().evaluation().averaged(),
                        () ->
                                ModelFolder.save(
                                        folder,
                                        run.model().decoder(),
                                        provenance(state).entries()));
        return folder;
    }

    private ModelProvenance provenance(TrainState state) {
        return new ModelProvenance(
                run.config().arm(),
                run.data().annotation(),
                run.data().tokenizer().sha256(),
                run.data().tokenizer().endOfTextId(),
                run.data().schema().fingerprint(),
                state.step(),
                state.tokens());
    }
}
