package org.limelm.train.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.limelm.core.ConfigException;
import org.limelm.train.evaluation.TagSupply;
import org.limelm.train.generation.TrainedModel;
import org.limelm.train.task.AnswerTags;
import org.limelm.train.task.Task;
import org.limelm.train.task.TaskOptions;
import org.limelm.train.task.TaskResult;
import org.limelm.train.task.TaskRunner;
import picocli.CommandLine.Option;

/** The options of {@code lime eval --tasks}. */
final class TaskArguments {
    private static final String BY_TASK = "task";

    @Option(
            names = "--tasks",
            split = ",",
            paramLabel = "TASK",
            description = {
                "Evaluation tasks instead of text: names of built-in tasks (see docs/tasks.md), or",
                "paths of task files (.yaml)."
            })
    private List<String> tasks = List.of();

    @Option(
            names = "--data",
            paramLabel = "FOLDER",
            description = "Folder of the tasks' data files (default: that of the task file).")
    private Optional<Path> data = Optional.empty();

    @Option(
            names = "--limit",
            defaultValue = "0",
            paramLabel = "N",
            description =
                    "At most N examples per task, spread over its data; 0 means all"
                            + " (default: ${DEFAULT-VALUE}).")
    private long limit;

    @Option(
            names = "--shots",
            paramLabel = "K",
            description = "Solved examples before each prompt (default: as the task says).")
    private Optional<Integer> shots = Optional.empty();

    @Option(
            names = "--given",
            paramLabel = "TAGS",
            description = {
                "Tags of the answers' tokens: task (the tags that the task file gives), or",
                "feature=TAG pairs, pos=CD,ner=CARDINAL (default: the annotator's)."
            })
    private Optional<String> given = Optional.empty();

    @Option(
            names = "--log",
            paramLabel = "FOLDER",
            description = "Existing folder for a log of every example: TASK.jsonl.")
    private Optional<Path> log = Optional.empty();

    boolean isPresent() {
        boolean any =
                data.isPresent()
                        || shots.isPresent()
                        || given.isPresent()
                        || log.isPresent()
                        || limit > 0;
        if (tasks.isEmpty() && any) {
            throw new ConfigException(
                    "[eval] --data, --limit, --shots, --given and --log are options of tasks. Hint: add --tasks");
        }
        return !tasks.isEmpty();
    }

    /** Loads the tasks: before the model, so that a wrong name shows at once. */
    List<Task> load() {
        return tasks.stream().map(Task::load).toList();
    }

    /** Runs tasks, and prints the result of each as soon as it is done. */
    List<TaskResult> run(List<Task> loaded, TrainedModel model, ScoringOptions scoring) {
        TaskOptions options =
                new TaskOptions(
                        scoring.annotation(),
                        tags(scoring.supply()),
                        scoring.batchSize(),
                        limit,
                        shots.map(OptionalInt::of).orElse(OptionalInt.empty()),
                        data,
                        log);
        try (TaskDisplay display = new TaskDisplay()) {
            return new TaskRunner(model, options).run(loaded, display);
        }
    }

    private AnswerTags tags(TagSupply supply) {
        if (supply instanceof TagSupply.Joint) {
            throw new ConfigException(
                    "[eval] --tags joint is not an option of --tasks, which score text without its tags. Hint: use predicted-greedy or predicted-marginal");
        }
        if (!(supply instanceof TagSupply.Annotated)) {
            if (given.isPresent()) {
                throw new ConfigException(
                        "[eval] --given and --tags exclude each other: the tags of answers are given, predicted or none. Hint: remove one of the two");
            }
            return new AnswerTags.ByModel(supply);
        }
        if (given.isEmpty()) {
            return AnswerTags.byAnnotator();
        }
        if (given.get().equals(BY_TASK)) {
            return new AnswerTags.ByTask();
        }
        Map<String, String> tags = new LinkedHashMap<>();
        for (String pair : given.get().split(",", -1)) {
            int equals = pair.indexOf('=');
            if (equals < 1) {
                throw new ConfigException(
                        "[--given] '%s', expected task or feature=TAG pairs such as pos=CD"
                                .formatted(given.get()));
            }
            tags.put(pair.substring(0, equals), pair.substring(equals + 1));
        }
        return new AnswerTags.Given(tags);
    }
}
