package org.limelm.train.task;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.limelm.core.LimeException;
import org.limelm.train.score.ContinuationRequest;
import org.limelm.train.score.ContinuationScore;
import org.limelm.train.score.ContinuationScorer;

/**
 * Runs tasks whose answers are scored by log-likelihood.
 *
 * @param scorer scores the continuations
 */
record ScoringRunner(ContinuationScorer scorer) {
    /**
     * Scores every example.
     *
     * @throws LimeException if a prompt is too long and the task does not allow to truncate it
     */
    TaskOutcomes run(PreparedTask task, TaskListener listener) {
        List<Example.Scored> examples = new ArrayList<>();
        List<ContinuationRequest> requests = new ArrayList<>();
        for (Example example : task.examples()) {
            Example.Scored scored = (Example.Scored) example;
            examples.add(scored);
            requests.addAll(scored.requests());
        }
        long total = examples.size();
        List<List<ContinuationScore>> scores =
                scorer.logLikelihood(
                        requests,
                        done ->
                                listener.progress(
                                        task.config().name(),
                                        done * total / requests.size(),
                                        total));
        List<Outcome> outcomes = new ArrayList<>();
        int next = 0;
        for (Example.Scored example : examples) {
            int count = example.requests().size();
            outcomes.add(outcome(task, example, scores.subList(next, next + count), outcomes));
            next += count;
        }
        return new TaskOutcomes(scorer.label(task.given()), outcomes);
    }

    private static Outcome outcome(
            PreparedTask task,
            Example.Scored example,
            List<List<ContinuationScore>> requests,
            List<Outcome> before) {
        int conditional = requests.size() - (example.unconditional().isPresent() ? 1 : 0);
        List<ContinuationScore> scores = ChoiceScoring.joined(requests.subList(0, conditional));
        List<ContinuationScore> unconditional =
                ChoiceScoring.joined(requests.subList(conditional, requests.size()));
        boolean truncated = scores.stream().anyMatch(score -> score.droppedTokens() > 0);
        if (truncated && !task.config().allowsTruncation()) {
            throw tooLong(task.config(), example, scores);
        }
        boolean single = task.config().answer() instanceof Answer.Target;
        Map<Metric, Sample> samples =
                ChoiceScoring.score(
                        task.config().metrics(), example, scores, unconditional, single);
        ExampleLog log =
                new ExampleLog.Scored(
                        before.size(),
                        example.where(),
                        example.group(),
                        example.label(),
                        example.given(),
                        choices(example, scores),
                        choices(example.unconditional().stream().toList(), example, unconditional),
                        Outcome.values(samples));
        double chance = single ? 0 : 1.0 / scores.size();
        return new Outcome(example.group(), samples, chance, truncated, log);
    }

    private static LimeException tooLong(
            TaskConfig task, Example.Scored example, List<ContinuationScore> scores) {
        int dropped = scores.stream().mapToInt(ContinuationScore::droppedTokens).max().orElse(0);
        return new LimeException(
                "[task %s, %s] prompt and answer exceed the model's context by %d tokens, which this task does not allow. Hint: lower --shots, use a model with a longer context, or set longPrompt: truncate"
                        .formatted(task.name(), example.where(), dropped));
    }

    private static List<ExampleLog.Choice> choices(
            Example.Scored example, List<ContinuationScore> scores) {
        return choices(example.contexts(), example, scores);
    }

    private static List<ExampleLog.Choice> choices(
            List<String> contexts, Example.Scored example, List<ContinuationScore> scores) {
        return IntStream.range(0, scores.size())
                .mapToObj(
                        i ->
                                ExampleLog.Choice.of(
                                        contexts.get(Math.min(i, contexts.size() - 1)),
                                        example.continuations().get(i),
                                        scores.get(i)))
                .toList();
    }
}
