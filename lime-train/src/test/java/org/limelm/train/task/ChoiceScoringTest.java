package org.limelm.train.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.limelm.train.score.ContinuationScore;

/** Every scoring rule on examples computed by hand. */
class ChoiceScoringTest {
    /** Characters 3, 6, 4; bytes 3, 6, 5: the é has two. */
    private static final Example.Scored EXAMPLE =
            new Example.Scored(
                    "test:1",
                    "",
                    List.of("Answer:"),
                    List.of(" abc", " abcdef", " abcé"),
                    1,
                    Optional.of("Answer:"),
                    List.of());

    private static Sample score(Metric metric, int label, double... logLikelihoods) {
        Example.Scored example =
                new Example.Scored(
                        EXAMPLE.where(),
                        "",
                        EXAMPLE.contexts(),
                        EXAMPLE.continuations(),
                        label,
                        EXAMPLE.unconditional(),
                        List.of());
        List<ContinuationScore> scores =
                List.of(
                        new ContinuationScore(logLikelihoods[0], 1, 4, false, 0),
                        new ContinuationScore(logLikelihoods[1], 3, 7, true, 0),
                        new ContinuationScore(logLikelihoods[2], 4, 6, false, 0));
        List<ContinuationScore> unconditional =
                List.of(
                        new ContinuationScore(-1, 1, 4, false, 0),
                        new ContinuationScore(-9, 3, 7, false, 0),
                        new ContinuationScore(-4, 4, 6, false, 0));
        Map<Metric, Sample> samples =
                ChoiceScoring.score(List.of(metric), example, scores, unconditional, false);
        assertThat(samples).containsOnlyKeys(metric);
        return Objects.requireNonNull(samples.get(metric));
    }

    @Test
    void accuracyComparesSums() {
        assertThat(score(Metric.ACCURACY, 0, -3, -4, -5)).isEqualTo(Sample.of(true));
        assertThat(score(Metric.ACCURACY, 1, -3, -4, -5)).isEqualTo(Sample.of(false));
        assertThat(score(Metric.ACCURACY, 0, -3, -3, -5)).as("a tie").isEqualTo(Sample.of(true));
    }

    @Test
    void lengthsNormalizeTheChoiceWithoutTheSpaceBeforeIt() {
        // Per character −1, −0.75, −1.25; per byte −1, −0.75, −1; per token −3, −1.5, −1.25.
        assertThat(score(Metric.ACCURACY_CHARACTERS, 1, -3, -4.5, -5)).isEqualTo(Sample.of(true));
        assertThat(score(Metric.ACCURACY_BYTES, 1, -3, -4.5, -5)).isEqualTo(Sample.of(true));
        assertThat(score(Metric.ACCURACY_TOKENS, 2, -3, -4.5, -5)).isEqualTo(Sample.of(true));
        // Per character −1, −1.1, −1.05; per byte −1, −1.1, −0.84.
        assertThat(score(Metric.ACCURACY_CHARACTERS, 0, -3, -6.6, -4.2)).isEqualTo(Sample.of(true));
        assertThat(score(Metric.ACCURACY_BYTES, 2, -3, -6.6, -4.2)).isEqualTo(Sample.of(true));
    }

    @Test
    void theUnconditionalLogLikelihoodIsSubtracted() {
        // −3 + 1 = −2, −4 + 9 = 5, −5 + 4 = −1.
        assertThat(score(Metric.ACCURACY_UNCONDITIONAL, 1, -3, -4, -5)).isEqualTo(Sample.of(true));
    }

    @Test
    void bitsPerByteCountsTheBytesOfTheRightChoicesTokens() {
        Sample sample = score(Metric.BITS_PER_BYTE, 1, -3, -7 * Math.log(2), -5);
        assertThat(sample.value()).isCloseTo(7, within(1e-12));
        assertThat(sample.weight()).isEqualTo(7);
    }

    @Test
    void aSingleTargetIsRightIfGreedyDecodingGivesIt() {
        Example.Scored target =
                new Example.Scored(
                        "test:1",
                        "",
                        List.of("Two and two are"),
                        List.of(" four"),
                        0,
                        Optional.empty(),
                        List.of());
        for (boolean greedy : List.of(true, false)) {
            Map<Metric, Sample> samples =
                    ChoiceScoring.score(
                            List.of(Metric.ACCURACY, Metric.PERPLEXITY),
                            target,
                            List.of(new ContinuationScore(-2.5, 2, 5, greedy, 0)),
                            List.of(),
                            true);
            assertThat(samples.get(Metric.ACCURACY)).isEqualTo(Sample.of(greedy));
            assertThat(samples.get(Metric.PERPLEXITY)).isEqualTo(Sample.of(2.5));
        }
    }
}
