package org.limelm.train.task;

import java.util.List;
import java.util.Map;
import org.limelm.train.score.ContinuationScore;

/** A line of the log of a task: an example with everything that its score was computed from. */
sealed interface ExampleLog {
    /**
     * A choice.
     *
     * @param context the text before it
     * @param continuation the choice with the text between
     * @param logLikelihood sum over its tokens, nats
     * @param tokens number of its tokens
     * @param bytes UTF-8 bytes of its tokens
     * @param characters characters of the choice itself
     * @param greedy whether greedy decoding would generate it
     * @param droppedTokens tokens of the context that were not read
     */
    record Choice(
            String context,
            String continuation,
            double logLikelihood,
            int tokens,
            int bytes,
            int characters,
            boolean greedy,
            int droppedTokens) {
        static Choice of(String context, String continuation, ContinuationScore score) {
            return new Choice(
                    context,
                    continuation,
                    score.logLikelihood(),
                    score.tokens(),
                    score.bytes(),
                    ChoiceScoring.characters(ChoiceScoring.withoutSeparator(continuation)),
                    score.greedy(),
                    score.droppedTokens());
        }
    }

    /**
     * An example whose log-likelihoods were compared.
     *
     * @param example number of the example, from 0
     * @param where origin of its record
     * @param label index of the right choice
     * @param given tag names of the answers' tokens; empty = from the annotator
     * @param unconditional the choices after the unconditional context; may be empty
     * @param values contribution to each figure
     */
    record Scored(
            long example,
            String where,
            String group,
            int label,
            List<String> given,
            List<Choice> choices,
            List<Choice> unconditional,
            Map<Metric, Double> values)
            implements ExampleLog {}

    /**
     * An example whose answer was generated.
     *
     * @param example number of the example, from 0
     * @param text the generated text, up to the first stop text
     * @param extracted the answer in it
     * @param answers reference answers
     * @param tokens number of generated tokens
     * @param stop why generation ended
     * @param given tag names of the generated tokens; empty = from the annotator
     * @param values contribution to each figure
     */
    record Asked(
            long example,
            String where,
            String group,
            String prompt,
            String text,
            String extracted,
            List<String> answers,
            int tokens,
            String stop,
            List<String> given,
            Map<Metric, Double> values)
            implements ExampleLog {}
}
