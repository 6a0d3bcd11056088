package org.limelm.train.record;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes TensorBoard event files: scalars and, for its text plugin, texts. */
final class TensorBoardTracker implements Tracker {
    private @Nullable EventFile file;

    @Override
    public void start(TrackedRun run) {
        file = new EventFile(run.folder().tensorboard(), run.stepsDone() + 1);
    }

    @Override
    public void scalars(long step, Map<String, Double> values) {
        if (file != null) {
            file.scalars(step, values);
        }
    }

    @Override
    public void text(long step, String name, String markdown) {
        if (file != null) {
            file.text(step, name, markdown);
        }
    }

    @Override
    public void end(Outcome outcome) {
        if (file != null) {
            file.close();
            file = null;
        }
    }
}
