package org.limelm.train.task;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import org.limelm.train.evaluation.Sums;
import org.limelm.train.score.ContinuationScore;

/** The scoring rules of examples with log-likelihoods. */
final class ChoiceScoring {
    private ChoiceScoring() {}

    /**
     * Scores an example.
     *
     * @param scores one per continuation
     * @param unconditional one per continuation after the unconditional context; may be empty
     * @param single whether the example has one target instead of choices
     */
    static Map<Metric, Sample> score(
            List<Metric> metrics,
            Example.Scored example,
            List<ContinuationScore> scores,
            List<ContinuationScore> unconditional,
            boolean single) {
        Map<Metric, Sample> samples = new EnumMap<>(Metric.class);
        for (Metric metric : metrics) {
            samples.put(metric, sample(metric, example, scores, unconditional, single));
        }
        return samples;
    }

    private static Sample sample(
            Metric metric,
            Example.Scored example,
            List<ContinuationScore> scores,
            List<ContinuationScore> unconditional,
            boolean single) {
        int label = example.label();
        ContinuationScore right = scores.get(label);
        List<String> texts =
                example.continuations().stream().map(ChoiceScoring::withoutSeparator).toList();
        IntToDoubleFunction likelihood = i -> scores.get(i).logLikelihood();
        return switch (metric) {
            case ACCURACY ->
                    single
                            ? Sample.of(right.greedy())
                            : Sample.of(best(scores.size(), likelihood) == label);
            case ACCURACY_CHARACTERS -> normalized(label, scores, i -> characters(texts.get(i)));
            case ACCURACY_BYTES ->
                    normalized(label, scores, i -> texts.get(i).getBytes(UTF_8).length);
            case ACCURACY_TOKENS -> normalized(label, scores, i -> scores.get(i).tokens());
            case ACCURACY_UNCONDITIONAL ->
                    Sample.of(
                            best(
                                            scores.size(),
                                            i ->
                                                    likelihood.applyAsDouble(i)
                                                            - unconditional.get(i).logLikelihood())
                                    == label);
            case PERPLEXITY -> Sample.of(-right.logLikelihood());
            case BITS_PER_BYTE ->
                    new Sample(Sums.toBits(-right.logLikelihood()), Math.max(1, right.bytes()));
            case EXACT_MATCH -> throw new IllegalArgumentException("generated answers only");
        };
    }

    private static Sample normalized(
            int label, List<ContinuationScore> scores, IntToDoubleFunction length) {
        int best =
                best(
                        scores.size(),
                        i -> scores.get(i).logLikelihood() / Math.max(1, length.applyAsDouble(i)));
        return Sample.of(best == label);
    }

    /** Returns the index of the highest value; of equal ones, the first. */
    private static int best(int count, IntToDoubleFunction value) {
        int best = 0;
        for (int i = 1; i < count; i++) {
            if (value.applyAsDouble(i) > value.applyAsDouble(best)) {
                best = i;
            }
        }
        return best;
    }

    /** Returns the choice itself, whose length normalizes: without whitespace before it. */
    static String withoutSeparator(String continuation) {
        return continuation.stripLeading();
    }

    /** Returns the number of Unicode characters. */
    static int characters(String text) {
        return text.codePointCount(0, text.length());
    }

    /** Joins the scores of an example's requests, without those of the unconditional context. */
    static List<ContinuationScore> joined(List<List<ContinuationScore>> requests) {
        List<ContinuationScore> all = new ArrayList<>();
        requests.forEach(all::addAll);
        return all;
    }
}
