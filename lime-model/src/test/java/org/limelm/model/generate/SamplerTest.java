package org.limelm.model.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.limelm.core.LimeException;

class SamplerTest {
    /** Logits with probabilities 0.1, 0.4, 0.2, 0.3 at temperature 1. */
    private static final float[] LOGITS = {
        (float) Math.log(0.1), (float) Math.log(0.4), (float) Math.log(0.2), (float) Math.log(0.3)
    };

    @Test
    void temperatureOneSamplesByProbability() {
        assertThat(frequencies(1, 0, 1))
                .containsExactly(new double[] {.1, .4, .2, .3}, within(.02));
    }

    @Test
    void lowTemperatureSharpensTheDistribution() {
        // squares of the probabilities, normalized: .01 .16 .04 .09 of .30
        assertThat(frequencies(0.5, 0, 1))
                .containsExactly(new double[] {.033, .533, .133, .3}, within(.02));
    }

    @Test
    void topKKeepsTheMostLikely() {
        assertThat(frequencies(1, 2, 1))
                .containsExactly(new double[] {0, 4 / 7.0, 0, 3 / 7.0}, within(.02));
    }

    @Test
    void topPKeepsTheSmallestSetThatReachesIt() {
        assertThat(frequencies(1, 0, 0.75))
                .containsExactly(new double[] {0, 4 / 9.0, 2 / 9.0, 3 / 9.0}, within(.02));
        assertThat(frequencies(1, 0, 0.01)).containsExactly(0, 1, 0, 0);
    }

    @Test
    void zeroTemperatureIsGreedy() {
        assertThat(frequencies(0, 0, 1)).containsExactly(0, 1, 0, 0);
    }

    @Test
    void candidatesMatchAFullSort() {
        Random random = new Random(5);
        for (int vocabulary : new int[] {1, 2, 40, 1000}) {
            float[] logits = new float[vocabulary];
            for (int id = 0; id < vocabulary; id++) {
                logits[id] = (random.nextInt(41) - 20) / 4f; // many are equal, some are zero
            }
            logits[random.nextInt(vocabulary)] = -0f;
            logits[random.nextInt(vocabulary)] = Float.NEGATIVE_INFINITY;
            int[] sorted =
                    IntStream.range(0, vocabulary)
                            .boxed()
                            .sorted(Comparator.comparingDouble(id -> -logits[id]))
                            .mapToInt(Integer::intValue)
                            .toArray();
            for (int count : new int[] {1, 7, vocabulary, vocabulary + 3}) {
                assertThat(Candidates.best(logits, count))
                        .isEqualTo(Arrays.copyOf(sorted, Math.min(count, vocabulary)));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1})
    void nanLogitsAreRejected(double temperature) {
        Sampler sampler = new Sampler(new SamplingOptions(temperature, 0, 1, 1, 0));
        assertThatThrownBy(() -> sampler.next(new float[] {1, Float.NaN, 2}))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("the logit of token 1 is NaN");
    }

    private static double[] frequencies(double temperature, int topK, double topP) {
        int draws = 10_000;
        Sampler sampler = new Sampler(new SamplingOptions(temperature, topK, topP, 1, 0));
        double[] counts = new double[LOGITS.length];
        for (int i = 0; i < draws; i++) {
            counts[sampler.next(LOGITS)]++;
        }
        for (int i = 0; i < counts.length; i++) {
            counts[i] /= draws;
        }
        return counts;
    }
}
