package org.limelm.train.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.limelm.train.evaluation.Sums;
import org.limelm.train.evaluation.TokenStatistics;
import org.limelm.train.evaluation.TokenStatistics.PassageSums;

class PairedBootstrapTest {
    private static final int UNITS = 60;
    private static final double TRUE_DIFFERENCE = -0.05; // nats per token
    private static final int TOKENS = 100;

    @Test
    void theIntervalCoversTheTrueDifferenceInAbout95PercentOfTheExperiments() {
        Random random = new Random(1);
        int experiments = 300;
        long covered =
                IntStream.range(0, experiments)
                        .mapToObj(i -> experiment(random, 5))
                        .filter(d -> d.low() <= TRUE_DIFFERENCE && TRUE_DIFFERENCE <= d.high())
                        .count();
        assertThat((double) covered / experiments).isBetween(0.88, 0.99);
    }

    @Test
    void oneSeedGivesAnIntervalOverTheTextAlone() {
        Random random = new Random(2);
        Difference difference = experiment(random, 1);
        assertThat(difference.low()).isLessThan(difference.mean());
        assertThat(difference.high()).isGreaterThan(difference.mean());
    }

    @Test
    void whatAllUnitsShareHasNoInfluenceOnThePairedInterval() {
        List<List<Sums>> baseline = new ArrayList<>();
        List<List<Sums>> arm = new ArrayList<>();
        Random random = new Random(3);
        for (int seed = 0; seed < 2; seed++) {
            List<Sums> before = new ArrayList<>();
            List<Sums> after = new ArrayList<>();
            for (int unit = 0; unit < UNITS; unit++) {
                double difficulty = 3 + random.nextGaussian(); // of the unit, large
                before.add(sums(difficulty));
                after.add(sums(difficulty - 0.05));
            }
            baseline.add(before);
            arm.add(after);
        }
        Difference difference =
                new PairedBootstrap(baseline, arm, 500).of(PairedBootstrapTest::loss);
        assertThat(difference.mean()).isCloseTo(-0.05, within(1e-9));
        assertThat(difference.high() - difference.low()).isLessThan(1e-9);
        assertThat(difference.excludesZero()).isTrue();
    }

    @Test
    void theSameTableGivesTheSameInterval() {
        assertThat(experiment(new Random(4), 3)).isEqualTo(experiment(new Random(4), 3));
    }

    @Test
    void theEndOfTextIsNotDrawnAlone() {
        TextUnits units = TextUnits.of(endsWithAPassage(5), endsWithAPassage(15));
        Difference difference =
                new PairedBootstrap(units.baseline(), units.arm(), 50).of(Sums::bitsPerByte);
        assertThat(units.count()).isEqualTo(1);
        assertThat(difference.low()).isEqualTo(difference.mean());
        assertThat(difference.high()).isEqualTo(difference.mean());
    }

    /** Returns the scores of a document whose last passage ends with it. */
    private static List<TokenStatistics> endsWithAPassage(double natsOfEndOfText) {
        return List.of(
                new TokenStatistics(
                        "full",
                        List.of(
                                new PassageSums("0:0", 0, sums(3)),
                                new PassageSums("0:0", 1, new Sums(1, 0, natsOfEndOfText, 0))),
                        List.of(),
                        List.of()));
    }

    @Test
    void tablesOfUnequalSizeAreRejected() {
        assertThatThrownBy(
                        () ->
                                new PairedBootstrap(
                                        List.of(List.of(sums(1))), List.of(List.of()), 100))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** Two arms whose true difference is known; noise of seed, of unit, and of both. */
    private static Difference experiment(Random random, int seeds) {
        List<List<Sums>> baseline = new ArrayList<>();
        List<List<Sums>> arm = new ArrayList<>();
        double[] ofUnit = random.doubles(UNITS).map(x -> 0.2 * random.nextGaussian()).toArray();
        for (int seed = 0; seed < seeds; seed++) {
            double ofSeed = 0.02 * random.nextGaussian();
            List<Sums> before = new ArrayList<>();
            List<Sums> after = new ArrayList<>();
            for (int unit = 0; unit < UNITS; unit++) {
                before.add(sums(4));
                after.add(
                        sums(
                                4
                                        + TRUE_DIFFERENCE
                                        + ofSeed
                                        + ofUnit[unit]
                                        + 0.02 * random.nextGaussian()));
            }
            baseline.add(before);
            arm.add(after);
        }
        return new PairedBootstrap(baseline, arm, 400).of(PairedBootstrapTest::loss);
    }

    private static double loss(Sums sums) {
        return sums.nats() / sums.tokens();
    }

    private static Sums sums(double natsPerToken) {
        return new Sums(TOKENS, 4 * TOKENS, TOKENS * natsPerToken, 0);
    }
}
