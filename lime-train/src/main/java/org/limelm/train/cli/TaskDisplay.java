package org.limelm.train.cli;

import java.util.List;
import java.util.Optional;
import org.limelm.train.task.TaskListener;
import org.limelm.train.task.TaskResult;
import org.limelm.train.task.TaskTable;

/**
 * Shows the progress of evaluation tasks, one bar after the other, and prints the result of each
 * when it is done, so that it is not lost if a later task fails.
 */
final class TaskDisplay implements TaskListener, AutoCloseable {
    private Optional<Bar> current = Optional.empty();
    private boolean first = true;

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
    public void result(TaskResult result) {
        close();
        System.out.println(first ? result.arm() : "");
        System.out.print(TaskTable.of(List.of(result)));
        first = false;
    }

    @Override
    public void close() {
        current.ifPresent(bar -> bar.display().close());
        current = Optional.empty();
    }
}
