package org.limelm.train.cli;

import java.util.Optional;
import org.limelm.train.task.TaskListener;

/** Shows the progress of evaluation tasks, one bar after the other. */
final class TaskDisplay implements TaskListener, AutoCloseable {
    private Optional<Bar> current = Optional.empty();

    private record Bar(String task, ProgressDisplay display) {}

    @Override
    public void progress(String task, long done, long total) {
        if (current.filter(bar -> bar.task().equals(task)).isEmpty()) {
            close();
            ProgressDisplay display =
                    ProgressDisplay.start(task, ProgressDisplay.ProgressUnit.EXAMPLES);
            current = Optional.of(new Bar(task, display));
        }
        current.orElseThrow().display().update(done, total, "");
    }

    @Override
    public void close() {
        current.ifPresent(bar -> bar.display().close());
        current = Optional.empty();
    }
}
