package org.limelm.train.task;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.limelm.core.ConfigException;
import org.limelm.core.LimeException;
import org.limelm.core.io.AtomicFile;
import org.limelm.core.io.Json;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.train.evaluation.MetadataLabel;
import org.limelm.train.generation.TextGenerator;
import org.limelm.train.generation.TrainedModel;
import org.limelm.train.score.ContinuationScorer;

/**
 * Runs evaluation tasks on a model. All data is read before the first example is scored, so that a
 * mistake in any task shows at once. For use by one thread.
 */
public final class TaskRunner {
    private final TrainedModel model;
    private final TaskOptions options;
    private final AnnotationMode mode;
    private final ContinuationScorer scorer;

    /** Prepares to run tasks. */
    public TaskRunner(TrainedModel model, TaskOptions options) {
        this.model = model;
        this.options = options;
        this.mode = options.mode().orElse(model.provenance().annotation());
        this.scorer =
                new ContinuationScorer(model, mode, options.tags().supply(), options.batchSize());
    }

    /**
     * Runs tasks, and writes a log of every example if the options name a folder: {@code
     * TASK.jsonl}, one line per example, each file as soon as its task is done.
     *
     * @param listener receives each result as soon as its task is done
     * @return one result per task, in order
     * @throws LimeException if data is missing or malformed, a template does not fit it, or a task
     *     needs tags that are not available
     * @throws ConfigException if the options give tags of an unknown feature
     */
    public List<TaskResult> run(List<Task> tasks, TaskListener listener) {
        checkNames(tasks);
        MetadataSchema tables = model.decoder().tables();
        if (options.tags() instanceof AnswerTags.Given given && tables.size() > 0) {
            given.requireFeaturesOf(model.annotators().schema());
        }
        List<PreparedTask> prepared =
                tasks.stream().map(task -> PreparedTask.of(task, options, tables)).toList();
        if (prepared.stream().noneMatch(TaskRunner::isGenerated)) {
            return runAll(prepared, Optional.empty(), listener);
        }
        try (TextGenerator generator = new TextGenerator(model)) {
            GenerationRunner generation =
                    new GenerationRunner(
                            generator,
                            mode,
                            options.tags().supply(),
                            model.provenance().arm().feedsItself(),
                            model.annotators().id());
            prepared.forEach(generation::check);
            return runAll(prepared, Optional.of(generation), listener);
        }
    }

    private static boolean isGenerated(PreparedTask task) {
        return task.config().answer() instanceof Answer.Generated;
    }

    /** Runs tasks; the generator is there if a task needs it. */
    private List<TaskResult> runAll(
            List<PreparedTask> tasks,
            Optional<GenerationRunner> generation,
            TaskListener listener) {
        ScoringRunner scoring = new ScoringRunner(scorer);
        List<TaskResult> results = new ArrayList<>();
        for (PreparedTask task : tasks) {
            TaskOutcomes outcomes =
                    task.config().answer() instanceof Answer.Generated answer
                            ? generation.orElseThrow().run(task, answer, listener)
                            : scoring.run(task, listener);
            TaskResult result = result(task, outcomes);
            options.log().ifPresent(folder -> log(folder, task, outcomes.examples()));
            listener.result(result);
            results.add(result);
        }
        return results;
    }

    private void checkNames(List<Task> tasks) {
        Set<String> names = new HashSet<>();
        for (Task task : tasks) {
            if (!names.add(task.name())) {
                throw new ConfigException(
                        "[tasks] two tasks are named '%s', expected distinct names"
                                .formatted(task.name()));
            }
        }
        if (options.log().isPresent() && !Files.isDirectory(options.log().get())) {
            throw new ConfigException(
                    "[--log] the folder %s does not exist".formatted(options.log().get()));
        }
    }

    private TaskResult result(PreparedTask task, TaskOutcomes outcomes) {
        MetadataLabel label = outcomes.label();
        List<Metric> metrics = task.config().metrics();
        return new TaskResult(
                task.config().name(),
                model.provenance().armLabel(),
                label.annotation(),
                label.origin(),
                label.annotator(),
                model.provenance().step(),
                task.data(),
                task.available(),
                task.shots(),
                outcomes.truncated(),
                TaskGroup.of("", metrics, outcomes.examples()),
                TaskGroup.each(metrics, outcomes.examples()));
    }

    private static void log(Path folder, PreparedTask task, List<Outcome> outcomes) {
        AtomicFile.write(
                folder.resolve(task.config().name() + ".jsonl"),
                out -> {
                    for (Outcome outcome : outcomes) {
                        out.write((Json.toLine(outcome.log()) + "\n").getBytes(UTF_8));
                    }
                });
    }
}
