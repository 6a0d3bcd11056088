package org.limelm.train.task;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.limelm.core.ConfigException;
import org.limelm.core.LimeException;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.model.generate.SamplingOptions;
import org.limelm.model.generate.TagPlan;
import org.limelm.train.evaluation.MetadataLabel;
import org.limelm.train.evaluation.TagSupply;
import org.limelm.train.generation.GeneratedText;
import org.limelm.train.generation.MetadataChoice;
import org.limelm.train.generation.Prompt;
import org.limelm.train.generation.TextGenerator;

/**
 * Runs tasks whose answers are generated, greedily.
 *
 * @param generator continues the prompts
 * @param mode annotation mode of the tags
 * @param supply where the tags come from, unless a task gives them
 * @param feedsItself whether the model predicts the tags that it reads
 * @param annotator id of the tag models and their options
 */
record GenerationRunner(
        TextGenerator generator,
        AnnotationMode mode,
        TagSupply supply,
        boolean feedsItself,
        String annotator) {
    /**
     * Checks that the tags of a task's generated tokens are available, and its rule.
     *
     * @throws ConfigException if they are not
     */
    void check(PreparedTask task) {
        if (task.config().answer() instanceof Answer.Generated answer) {
            AnswerMatching.of(answer);
            generator.check(choice((Example.Asked) task.examples().get(0)));
        }
    }

    private MetadataChoice choice(Example.Asked example) {
        if (!example.given().isEmpty()) {
            return new MetadataChoice.GivenAnswer(mode, example.given());
        }
        if (supply instanceof TagSupply.None) {
            return new MetadataChoice.Without();
        }
        return feedsItself || supply instanceof TagSupply.Predicted
                ? new MetadataChoice.Predicted(TagPlan.FREE)
                : new MetadataChoice.Annotated(mode);
    }

    /**
     * Generates every answer.
     *
     * @throws LimeException if a prompt is too long and the task does not allow to truncate it
     */
    TaskOutcomes run(PreparedTask task, Answer.Generated answer, TaskListener listener) {
        AnswerMatching matching = AnswerMatching.of(answer);
        List<Outcome> outcomes = new ArrayList<>();
        MetadataLabel label = MetadataLabel.WITHOUT_TAGS;
        for (Example example : task.examples()) {
            Example.Asked asked = (Example.Asked) example;
            GeneratedText text = generate(answer, asked);
            label = label(text); // the same for all
            outcomes.add(outcome(task, matching, asked, text, outcomes.size()));
            listener.progress(task.config().name(), outcomes.size(), task.examples().size());
        }
        return new TaskOutcomes(label, outcomes);
    }

    private GeneratedText generate(Answer.Generated answer, Example.Asked example) {
        return generator.generate(
                new Prompt.Text(example.prompt()),
                choice(example),
                SamplingOptions.greedy(answer.maxTokens()),
                answer.stop().orElse(List.of()),
                (added, tags) -> {});
    }

    /** Returns the tags that were read: a model that predicts them reads those of its training. */
    private MetadataLabel label(GeneratedText text) {
        MetadataLabel none = MetadataLabel.WITHOUT_TAGS;
        boolean annotated = !text.annotation().equals(none.annotation());
        return new MetadataLabel(
                text.annotation(), text.origin(), annotated ? annotator : none.annotator());
    }

    private static Outcome outcome(
            PreparedTask task,
            AnswerMatching matching,
            Example.Asked example,
            GeneratedText text,
            int number) {
        boolean truncated = text.slides() > 0;
        if (truncated && !task.config().allowsTruncation()) {
            throw new LimeException(
                    "[task %s, %s] prompt and generated answer exceed the model's context, which this task does not allow. Hint: lower --shots, use a model with a longer context, or set longPrompt: truncate"
                            .formatted(task.config().name(), example.where()));
        }
        String extracted = matching.extracted(text.text());
        Map<Metric, Sample> samples =
                Map.of(
                        Metric.EXACT_MATCH,
                        Sample.of(matching.matches(extracted, example.answers())));
        ExampleLog log =
                new ExampleLog.Asked(
                        number,
                        example.where(),
                        example.group(),
                        example.prompt(),
                        text.text(),
                        extracted,
                        example.answers(),
                        text.tokens(),
                        text.stop().toString(),
                        example.given(),
                        Outcome.values(samples));
        return new Outcome(example.group(), samples, 0, truncated, log);
    }
}
