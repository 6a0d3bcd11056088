package org.limelm.train.task;

/** Receives the progress and the results of tasks. */
@FunctionalInterface
public interface TaskListener {
    /** A listener that ignores everything. */
    TaskListener SILENT = (task, done, total) -> {};

    /**
     * Called now and then.
     *
     * @param task name of the task
     * @param done examples done
     * @param total examples of the task
     */
    void progress(String task, long done, long total);

    /**
     * Called when a task is done, before the next one begins.
     *
     * @param result its result
     */
    default void result(TaskResult result) {}
}
