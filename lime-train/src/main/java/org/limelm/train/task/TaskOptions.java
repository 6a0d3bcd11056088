package org.limelm.train.task;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.limelm.core.ConfigException;
import org.limelm.core.metadata.AnnotationMode;

/**
 * How tasks are run.
 *
 * @param mode annotation mode of the tags; empty = that of the model's training
 * @param tags where the tags of the answers come from
 * @param batchSize rows per batch; changes results only by rounding
 * @param limit maximum number of examples per task, spread evenly over its data; 0 = all
 * @param shots solved examples per prompt, instead of the task's
 * @param data folder of the data files; empty = the folder of the task file
 * @param log folder for a log of every example; empty = none
 */
public record TaskOptions(
        Optional<AnnotationMode> mode,
        AnswerTags tags,
        int batchSize,
        long limit,
        OptionalInt shots,
        Optional<Path> data,
        Optional<Path> log) {
    /** Checks the ranges. */
    public TaskOptions {
        if (batchSize < 1 || limit < 0 || shots.orElse(0) < 0) {
            throw new ConfigException(
                    "[tasks] batch %d, limit %d, shots %d, expected >= 1, >= 0, >= 0"
                            .formatted(batchSize, limit, shots.orElse(0)));
        }
    }

    /** Returns the defaults: as trained, annotated, batches of 16, all examples, no log. */
    public static TaskOptions defaults() {
        return new TaskOptions(
                Optional.empty(),
                AnswerTags.byAnnotator(),
                16,
                0,
                OptionalInt.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** Returns a copy with another folder of data files. */
    public TaskOptions withData(Path folder) {
        return new TaskOptions(mode, tags, batchSize, limit, shots, Optional.of(folder), log);
    }
}
