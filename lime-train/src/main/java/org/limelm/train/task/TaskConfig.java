package org.limelm.train.task;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.limelm.core.ConfigException;
import org.limelm.core.config.Doc;

/**
 * An evaluation task: the keys of a task file. Templates are texts with fields of an example's
 * record in double braces: {@code {{question}}}; see {@link Template}.
 */
public record TaskConfig(
        @Doc("name in results: letters, digits, _ and -") String name,
        @Doc("what the task measures") Optional<String> description,
        @Doc("where the data can be downloaded") Optional<String> source,
        @Doc("licence of the data") Optional<String> licence,
        @Doc("the examples") TaskData data,
        @Doc("template of the text before the answer") String prompt,
        @Doc("what is scored after the prompt") Answer answer,
        @Doc("figures to report, the main one first") List<Metric> metrics,
        @Doc("solved examples before the prompt") FewShot fewShot,
        @Doc("template of an example's group; each group has figures of its own")
                Optional<String> group,
        @Doc(
                        "templates of the tags of the answer's tokens, by feature, used with --given task; of several tags between bars, the first that the model has")
                Optional<Map<String, String>> given,
        @Doc(
                        "truncate (drop the beginning, the default) or error, for prompts longer than the model's context")
                Optional<LongPrompt> longPrompt) {
    /** What happens to a prompt that is longer than the model's context. */
    public enum LongPrompt {
        /** Its beginning is dropped; the result counts such examples. */
        TRUNCATE,
        /** The task fails. */
        ERROR
    }

    /** Checks the name and that the answer has the metrics. */
    public TaskConfig {
        if (!name.matches("[A-Za-z0-9_-]+")) {
            throw new ConfigException(
                    "[task] name '" + name + "', expected letters, digits, _ and -");
        }
        metrics = List.copyOf(metrics);
        if (metrics.isEmpty() || !answer.metrics().containsAll(metrics)) {
            throw new ConfigException(
                    "[task %s] metrics %s, expected some of %s for this kind of answer"
                            .formatted(name, metrics, answer.metrics().stream().sorted().toList()));
        }
    }

    /** Returns whether the beginning of a long prompt may be dropped. */
    boolean allowsTruncation() {
        return longPrompt.orElse(LongPrompt.TRUNCATE) == LongPrompt.TRUNCATE;
    }
}
