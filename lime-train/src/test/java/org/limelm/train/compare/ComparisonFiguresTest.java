package org.limelm.train.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.limelm.core.LimeException;
import org.limelm.core.io.Json;
import org.limelm.train.arm.Arm;
import org.limelm.train.compare.ArmFigures.ClassFigures;
import org.limelm.train.compare.ArmFigures.Efficiency;
import org.limelm.train.compare.ArmFigures.TokenFigures;
import org.limelm.train.config.ComparisonConfig;
import org.limelm.train.evaluation.TokenStatistics;

class ComparisonFiguresTest {
    private final Comparison comparison = ComparisonFigures.of(TestRuns.config(), TestRuns.runs());
    private final ArmFigures lime = comparison.arms().get(1);

    @Test
    void figuresAreMeansOverTheSeeds() {
        assertThat(comparison.baseline().arm()).isEqualTo("baseline");
        assertThat(comparison.baseline().accuracy().mean()).isCloseTo(.20, within(1e-12));
        assertThat(lime.accuracy().mean()).isCloseTo(.25, within(1e-12));
        assertThat(lime.accuracy().standardDeviation()).hasValue(0);
        assertThat(lime.accuracy().bySeed()).hasSize(2);
    }

    @Test
    void differencesArePairedByPassage() {
        ArmFigures.Differences difference = lime.difference().orElseThrow();
        assertThat(difference.units()).isEqualTo("passages");
        assertThat(difference.unitCount()).isEqualTo(TestRuns.PASSAGES);
        assertThat(difference.accuracy().orElseThrow().mean()).isCloseTo(.05, within(1e-12));
        assertThat(difference.accuracy().orElseThrow().low()).isCloseTo(.05, within(1e-12));
        double bits = -2.0 * TestRuns.PASSAGES / Math.log(2) / TestRuns.BYTES;
        assertThat(difference.bitsPerByte().mean()).isCloseTo(bits, within(1e-12));
        assertThat(comparison.baseline().difference()).isEmpty();
    }

    @Test
    void efficiencyIsTheShareOfTokensAndOfCoreSeconds() {
        Efficiency efficiency = lime.efficiency().orElseThrow();
        assertThat(efficiency.reached()).isEqualTo(2);
        assertThat(efficiency.tokenShare().orElseThrow().mean()).isCloseTo(.5, within(1e-12));
        // 2,000 tokens: half of 11 s on 2 threads, and annotation at .5 core-s per 1,000 tokens.
        double cost = (0.5 * 11 * 2 + 2_000 * 0.5 / 1_000) / (10 * 2);
        assertThat(efficiency.costShare().orElseThrow().mean()).isCloseTo(cost, within(1e-12));
    }

    @Test
    void overheadIsRelativeToTheBaseline() {
        assertThat(lime.overhead().parameterShare()).isCloseTo(.01, within(1e-12));
        assertThat(lime.overhead().timeRatio()).isCloseTo(1.1, within(1e-12));
        assertThat(lime.overhead().annotationShare().orElseThrow())
                .isCloseTo(2_000 * 0.5 / 1_000 / (11 * 2), within(1e-12));
    }

    @Test
    void runsOnAGpuHaveNoCoreSecondsOfTraining() {
        List<MeasuredRun> runs =
                TestRuns.runs().stream().map(ComparisonFiguresTest::onGpu).toList();
        ArmFigures onGpu = ComparisonFigures.of(TestRuns.config(), runs).arms().get(1);
        assertThat(onGpu.efficiency().orElseThrow().tokenShare()).isPresent();
        assertThat(onGpu.efficiency().orElseThrow().costShare()).isEmpty();
        assertThat(onGpu.overhead().annotationShare()).isEmpty();
        assertThat(onGpu.overhead().annotationSecondsPerMillionTokens()).hasValue(500);
    }

    private static MeasuredRun onGpu(MeasuredRun run) {
        String trained = Json.toLine(run.trained()).replace("\"cpu()\"", "\"gpu(0)\"");
        return new MeasuredRun(
                run.plan(),
                Json.parse(trained, TrainedRun.class, "test"),
                run.annotation(),
                run.evaluations());
    }

    @Test
    void classesShowWhereTheGainIs() {
        ClassFigures suffix = lime.classes().get(1);
        assertThat(suffix.type().name()).isEqualTo("word suffix");
        assertThat(suffix.share()).isCloseTo(.4, within(1e-12));
        assertThat(suffix.difference().mean()).isCloseTo(10 / 80.0, within(1e-12));
        assertThat(lime.classes().get(0).difference().mean()).isZero();
    }

    @Test
    void contributionsOfTokensAddUpToTheDifference() {
        assertThat(lime.vocabulary().get(0).text()).isEqualTo("s");
        double sum = lime.vocabulary().stream().mapToDouble(TokenFigures::contribution).sum();
        assertThat(sum).isCloseTo(.05, within(1e-12));
    }

    /** The accuracy of a joint result is that of the oracle: its own row shows what it gains. */
    @Test
    void aJointResultIsNotComparedByAccuracy() {
        List<MeasuredRun> runs =
                TestRuns.runs().stream().map(ComparisonFiguresTest::joint).toList();
        ArmFigures joint = ComparisonFigures.of(TestRuns.config(), runs).arms().get(1);
        assertThat(joint.metadata()).isEqualTo("joint");
        assertThat(joint.difference().orElseThrow().accuracy()).isEmpty();
        assertThat(joint.difference().orElseThrow().loss()).isPresent();
        assertThat(joint.classes()).isEmpty();
        assertThat(joint.vocabulary()).isEmpty();
    }

    /** Relabels the evaluations of an arm with observed tags. */
    private static MeasuredRun joint(MeasuredRun run) {
        List<ArmEvaluation> evaluations =
                run.evaluations().stream()
                        .map(
                                evaluation ->
                                        Json.parse(
                                                Json.toLine(evaluation)
                                                        .replace("\"observed\"", "\"joint\""),
                                                ArmEvaluation.class,
                                                "test"))
                        .toList();
        return new MeasuredRun(run.plan(), run.trained(), run.annotation(), evaluations);
    }

    @Test
    void anArmOfAnotherSplitIsComparedByBitsPerByteAlone() {
        ComparisonConfig config = TestRuns.config(Arm.PLAIN);
        // The numbers of all tokens are equal by chance; they are other tokens nevertheless.
        ArmFigures plain = ComparisonFigures.of(config, TestRuns.runs(config)).arms().get(1);
        assertThat(plain.difference().orElseThrow().bitsPerByte().mean()).isZero();
        assertThat(plain.difference().orElseThrow().accuracy()).isEmpty();
        assertThat(plain.efficiency()).isEmpty();
        assertThat(plain.classes()).isEmpty();
    }

    @Test
    void classesOfDifferentTagsAreNotCompared() {
        TokenStatistics causal = TestRuns.runs().get(0).evaluations().get(0).statistics();
        TokenStatistics full =
                new TokenStatistics(
                        "full", causal.passages(), causal.classes(), causal.vocabulary());
        assertThatThrownBy(() -> new Cohesion(List.of(causal), List.of(full)).classes())
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("[causal, full]");
    }

    @Test
    void armsThatWereScoredOnOtherBytesAreNotCompared() {
        List<MeasuredRun> runs = new ArrayList<>(TestRuns.runs());
        runs.set(1, TestRuns.run(runs.get(1).plan(), 5, 38, TestRuns.BYTES + 10));
        runs.set(3, TestRuns.run(runs.get(3).plan(), 5, 38, TestRuns.BYTES + 10));
        assertThatThrownBy(() -> ComparisonFigures.of(TestRuns.config(), runs))
                .isInstanceOf(LimeException.class)
                .hasMessageContainingAll("Test <arms>", "800", "810", "evaluation.tokens=0");
    }
}
